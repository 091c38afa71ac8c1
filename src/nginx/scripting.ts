/** Lines of the main block that scripts need. */
export function scriptModule(scripted: boolean): string[] {
  return scripted ? ['load_module ${MODULES_DIR}/ngx_http_js_module.so;'] : [];
}

/**
 * Lines of the http block that scripts need: functions of users are modern JavaScript, which njs's own
 * engine does not know.
 */
export function scriptEngine(scripted: boolean): string[] {
  return scripted ? ['js_engine qjs;', 'js_path ${CODE_DIR};'] : [];
}
