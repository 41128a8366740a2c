/** Reads V8's `.cpuprofile`: self time in microseconds by package and by function, biggest first. */
export function selfTimes({ nodes, samples, timeDeltas }, fromShare = 0) {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const packages = new Map();
  const functions = new Map();
  let [total, idle] = [0, 0];
  for (let index = Math.floor(samples.length * fromShare); index < samples.length; index++) {
    const frame = byId.get(samples[index]);
    const delta = timeDeltas[index];
    if (frame.functionName === '(idle)') idle += delta;
    else {
      total += delta;
      add(packages, packageOf(frame), delta);
      add(functions, `${frame.functionName || '(anonymous)'}  ${placeOf(frame)}`, delta);
    }
  }
  const sorted = (map) => [...map].sort((a, b) => b[1] - a[1]);
  return { total, idle, byPackage: sorted(packages), byFunction: sorted(functions) };
}

const add = (map, key, value) => map.set(key, (map.get(key) ?? 0) + value);

function packageOf({ url, functionName }) {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url);
  if (inPackage) return inPackage[1];
  const ours = /(?:dist|bench)\/(.*?)\/[^/]*$/.exec(url);
  return ours ? `ours: ${ours[1]}` : url.split('/').slice(-2).join('/');
}

const placeOf = ({ url, lineNumber }) => (url === '' ? '' : `${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`);
