// Scatter and gather as one writes it for nginx: a subrequest for each leaf.
async function gather(r) {
  const { leaves } = r.variables;
  const asked = [];
  for (let leaf = 0; leaf < leaves; leaf++) asked.push(r.subrequest(`/leaf-${leaf}${r.uri}`, { args: r.variables.args, method: r.method }));
  const items = [];
  for (const { status, responseText } of await Promise.all(asked)) {
    if (status !== 200) return r.return(502, `a leaf answered ${status}`);
    for (const item of JSON.parse(responseText)) items.push(item);
  }
  r.headersOut['content-type'] = 'application/json';
  r.return(200, JSON.stringify(items));
}

export default { gather };
