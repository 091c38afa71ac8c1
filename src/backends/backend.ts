import { Deployment, Service } from 'cdk8s-plus-27';
import { ExistingBackend } from './address';
import { IBackend } from './backend-interface';
import { DeploymentBackend, DeploymentBackendOptions } from './deployment-backend';
import type { DeploymentReference, IDeployment } from './deployment-reference';
import { FunctionBackend, FunctionBackendOptions } from './function-backend';
import { ImageBackend, ImageBackendOptions } from './image-backend';
import { serviceAddress, ServiceBackendOptions } from './service-address';
import { urlAddress, UrlBackendOptions } from './url-address';
import { checked } from '../checks/arguments/checked';
import { Code } from '../code/code';
import { IService } from '../platform/plus-objects';

/** Makes backends. */
export class Backend {
  /**
   * Pods of a container image that answers HTTP.
   *
   * ```ts
   * Backend.fromImage('ghcr.io/acme/users:1.4.2', { port: 8080, readinessPath: '/health' })
   * ```
   *
   * @param image its reference, with a tag or digest
   */
  public static fromImage(image: string, options: ImageBackendOptions): IBackend {
    return new ImageBackend(...checked('Backend.fromImage', [image, options]));
  }

  /**
   * Pods that run a function for each request: `(request, context) => answer`, synchronous or not. No image is built;
   * the code travels in a ConfigMap.
   *
   * ```ts
   * Backend.fromFunction(handler((request) => `hello ${request.query.name}`))
   * ```
   *
   * It answers a value (sent as JSON), a string (as text), bytes, a stream or a web-standard `Response`; `handler`
   * says more. What it throws is a 500 for the client and a stack in the log.
   */
  public static fromFunction(code: Code, options: FunctionBackendOptions = {}): IBackend {
    return new FunctionBackend(...checked('Backend.fromFunction', [code, options]));
  }

  /**
   * An existing Service, of this chart or another one. No pods are made. It is the Service's address that connections
   * go to, and Kubernetes that chooses the pod, so load is spread by connections and not by requests; with a headless
   * Service it is the addresses of its pods.
   *
   * Requests keep the Host header of their client.
   *
   * ```ts
   * Backend.fromService(service, { port: 'http' })
   * ```
   *
   * @throws where the Service has no such TCP port, or several and none is named
   */
  public static fromService(service: Service | IService, options: ServiceBackendOptions = {}): IBackend {
    return ExistingBackend._at(serviceAddress(...checked('Backend.fromService', [service, options])));
  }

  /**
   * An existing Deployment, of this chart or another one, or one that is made elsewhere and known by its name and
   * labels. Nothing of it changes: beside it, in its namespace, are made the two Services that a router needs to
   * balance over its pods, request by request, and to pass over those that fail.
   *
   * Pods get requests while their readiness probe says so: without one, they get some before they listen. While pods
   * are replaced, requests are lost unless they go on answering for some seconds after they are told to end: give
   * their containers a `preStop` that sleeps. Where a NetworkPolicy is for the pods, it must let the pattern in:
   * `deployment.connections.allowFrom(pattern)`.
   *
   * Requests keep the Host header of their client.
   *
   * ```ts
   * Backend.fromDeployment(users, { port: 'http' })
   * Backend.fromDeployment({ name: 'users', labels: { app: 'users' } }, { port: 8080 })
   * ```
   *
   * @param deployment one of cdk8s-plus, of whichever version, with its ports and labels, or its name and labels
   * @throws where it has no labels, no such TCP port, or several and none is named
   */
  public static fromDeployment(
    deployment: Deployment | IDeployment | DeploymentReference, options: DeploymentBackendOptions = {},
  ): IBackend {
    return new DeploymentBackend(...checked('Backend.fromDeployment', [deployment, options]));
  }

  /**
   * A server outside of what is synthesized, or outside of the cluster. A name without dots is a Service of the
   * pattern's namespace, one that ends with `.svc` is a Service of the cluster: `users.shop.svc`. Any other name is
   * asked of DNS as it is: `users.shop`, which programs in pods may use for that Service, is a host of the internet
   * here.
   *
   * Requests get the URL's host as their Host header, and its path in front of theirs. To a host outside of the
   * cluster they go without what tells who is calling, unless `callerHeaders` says otherwise.
   *
   * ```ts
   * Backend.fromUrl('https://rates.example.com/v1', {
   *   headers: { authorization: HeaderValue.fromSecret('rates-api', 'token', { prefix: 'Bearer ' }) },
   * })
   * ```
   *
   * @param url `https://host`, also with a port and a path, or the same with `http`. An IPv6 address stands in brackets
   * @throws where it is anything else, or has credentials, a query or a fragment
   */
  public static fromUrl(url: string, options: UrlBackendOptions = {}): IBackend {
    return ExistingBackend._at(urlAddress(...checked('Backend.fromUrl', [url, options])));
  }

  private constructor() {}
}
