export * from './backend';
export * from './code';
export { FunctionBackendOptions } from './function-backend';
export * from './functions';
export { ImageBackendOptions } from './image-backend';
export * from './pattern';
export { Platform, PlatformProps } from './platform';
export { RouterOptions } from './router';
export * from './spread';
