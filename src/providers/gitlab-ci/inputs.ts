import type { Parameter } from '../../core/builds.ts';
import type { Json } from '../../core/field.ts';
import type { Probe } from '../../core/verification.ts';
import { gitlabRequest, isGone, projectPath } from '../gitlab/api.ts';
import { at, listOf, objectOf, textOf } from '../json-answer.ts';

/** Inputs of a pipeline (GitLab docs, 'CI/CD inputs'): what `spec:inputs` in front of the configuration declares. */

export interface Input {
  parameter: Parameter;
  /** string, number, boolean or array. */
  type: string;
}

// Reading a file of a megabyte may take longer than anybody waits.
const maxLength = 128 * 1024;

/** @returns none where the file is not there, or is somewhere else */
export async function inputsOf(probe: Probe, ref: string): Promise<Input[]> {
  const path = `${projectPath(probe)}/repository/files/.gitlab-ci.yml/raw?ref=${encodeURIComponent(ref)}`;
  const answer = await probe.send(gitlabRequest(probe, path, { accept: isGone }));
  const { text } = answer;
  if (isGone(answer) || text.length > maxLength || !/^spec:/m.test(text)) return [];
  const { parseAllDocuments } = await import('yaml');
  try {
    const [head] = parseAllDocuments(text, { logLevel: 'error' });
    const spec: unknown = head && 'toJS' in head ? head.toJS() : undefined;
    return Object.entries(objectOf(at(spec, 'spec', 'inputs'))).map(([name, given]) => inputOf(name, given));
  } catch {
    return [];
  }
}

function inputOf(name: string, given: unknown): Input {
  const type = textOf(at(given, 'type')) ?? 'string';
  const options = listOf(at(given, 'options')).map(String);
  const isRequired = !Object.hasOwn(objectOf(given), 'default');
  const choices = type === 'boolean' ? ['true', 'false'] : options;
  const isNumber = (value: string) => /^-?\d+(\.\d+)?$/.test(value);
  return {
    type,
    parameter: {
      name,
      ...(isRequired ? { required: true } : {}),
      ...(choices.length > 0 ? { choices } : {}),
      ...(type === 'number' ? { unfit: (value) => (isNumber(value) ? undefined : 'takes a number') } : {}),
      ...(type === 'array' ? { unfit: (value) => (isList(value) ? undefined : 'takes a list, such as ["ios"]') } : {}),
    },
  };
}

/** As the API wants it. */
export function typedInput(type: string, value: string): Json {
  if (type === 'number') return Number(value);
  if (type === 'boolean') return value === 'true';
  return type === 'array' ? (JSON.parse(value) as Json) : value;
}

function isList(value: string): boolean {
  try {
    return Array.isArray(JSON.parse(value));
  } catch {
    return false;
  }
}
