/** What a user types when asked for a target: nmap's own words, such as `192.0.2.1 -p 80,443`. */

export const kDefaultTarget = '127.0.0.1';

/** As the attributes of a launch.json: several targets are a list, "" is none. */
export interface Target {
  target: string | string[];
  ports?: string;
}

export function parseTarget(text: string): Target | {problem: string} {
  const targets: string[] = [];
  let ports: string | undefined;
  const words = text.split(/\s+/).filter((word) => word !== '');
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith('-p') && word !== '-p-' && !word.startsWith('--')) {
      ports = word.slice(2) || words.shift();
      if (ports === undefined) return {problem: '-p needs ports, as in: 127.0.0.1 -p 80,443'};
    } else if (word === '-p-') {
      ports = '-';
    } else if (word.startsWith('-')) {
      return {problem: `${word}: only -p is understood here; other options go into "nmapArgs" of a launch.json`};
    } else {
      targets.push(word);
    }
  }
  const target = targets.length > 1 ? targets : (targets[0] ?? '');
  return ports === undefined ? {target} : {target, ports};
}
