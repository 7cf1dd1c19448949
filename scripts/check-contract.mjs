/**
 * Does the schema that the server generates (schema.graphql, committed) hold all of the client contract? It may hold more.
 * The contract is ../shared/schema.graphql where that is at hand, otherwise the copy under test/contract.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSchema, isEnumType, isInputObjectType, isRequiredArgument, isRequiredInputField } from 'graphql';
import { astFromValue, isInterfaceType, isObjectType, isUnionType, print } from 'graphql';
import { root } from './freshness.mjs';

const isOurs = (type) => !type.name.startsWith('__');

const kindOf = (type) => type.constructor.name.replace(/^GraphQL|Type$/g, '').toLowerCase();

const printDefault = (item) => {
  if (item.defaultValue === undefined) return 'none';
  const node = astFromValue(item.defaultValue, item.type);
  return node == null ? 'null' : print(node);
};

/** Arguments or input fields: type and default must be the same, and what is extra must not be required. */
function compareInputs(where, wanted, served, isRequired, breaches) {
  for (const item of wanted) {
    const found = served.find((other) => other.name === item.name);
    const path = `${where}${item.name}`;
    if (found === undefined) {
      breaches.push(`${path} is missing`);
      continue;
    }
    if (String(found.type) !== String(item.type)) breaches.push(`${path} is ${found.type}, not ${item.type}`);
    if (printDefault(found) !== printDefault(item)) {
      breaches.push(`${path} has the default ${printDefault(found)}, not ${printDefault(item)}`);
    }
  }
  for (const item of served) {
    if (isRequired(item) && !wanted.some((other) => other.name === item.name)) {
      breaches.push(`${where}${item.name} is required, and the contract does not have it`);
    }
  }
}

function compareFields(name, wanted, served, breaches) {
  for (const field of Object.values(wanted.getFields())) {
    const found = served.getFields()[field.name];
    const path = `${name}.${field.name}`;
    if (found === undefined) {
      breaches.push(`${path} is missing`);
      continue;
    }
    if (String(found.type) !== String(field.type)) breaches.push(`${path} is ${found.type}, not ${field.type}`);
    compareInputs(`${path}: argument `, field.args, found.args, isRequiredArgument, breaches);
  }
  const interfaces = new Set(served.getInterfaces().map(String));
  for (const one of wanted.getInterfaces()) {
    if (!interfaces.has(String(one))) breaches.push(`${name} does not implement ${one}`);
  }
}

function compareNames(name, what, wanted, served, breaches) {
  const present = new Set(served);
  for (const one of wanted) if (!present.has(one)) breaches.push(`${name} lacks the ${what} ${one}`);
}

function compareTypes(name, wanted, served, breaches) {
  if (served === undefined) {
    breaches.push(`${name} is missing`);
  } else if (kindOf(wanted) !== kindOf(served)) {
    breaches.push(`${name} is of kind ${kindOf(served)}, not ${kindOf(wanted)}`);
  } else if (isObjectType(wanted) || isInterfaceType(wanted)) {
    compareFields(name, wanted, served, breaches);
  } else if (isInputObjectType(wanted)) {
    const [ours, theirs] = [wanted, served].map((type) => Object.values(type.getFields()));
    compareInputs(`${name}.`, ours, theirs, isRequiredInputField, breaches);
  } else if (isEnumType(wanted)) {
    const [ours, theirs] = [wanted, served].map((type) => type.getValues().map((value) => value.name));
    compareNames(name, 'value', ours, theirs, breaches);
  } else if (isUnionType(wanted)) {
    const [ours, theirs] = [wanted, served].map((type) => type.getTypes().map(String));
    compareNames(name, 'member', ours, theirs, breaches);
  }
}

/**
 * What the served schema lacks or has otherwise than the contract, a sentence each; empty when it holds all of it.
 * @throws GraphQLError where one of the two is not a schema
 */
export function missingFromSchema(contractSdl, servedSdl) {
  const served = buildSchema(servedSdl).getTypeMap();
  const breaches = [];
  for (const wanted of Object.values(buildSchema(contractSdl).getTypeMap()).filter(isOurs)) {
    compareTypes(wanted.name, wanted, served[wanted.name], breaches);
  }
  return breaches;
}

/** The contract's text: from the folder that several projects share, or the copy that came with this one. */
export function readContract() {
  const shared = join(root, '..', 'shared', 'schema.graphql');
  return readFileSync(existsSync(shared) ? shared : join(root, 'test', 'contract', 'contract.graphql'), 'utf8');
}

export const SERVED_SCHEMA = join(root, 'schema.graphql');

function main() {
  if (!existsSync(SERVED_SCHEMA)) {
    console.error('schema.graphql is missing: npm run build && npm run schema');
    return 1;
  }
  const breaches = missingFromSchema(readContract(), readFileSync(SERVED_SCHEMA, 'utf8'));
  for (const breach of breaches) console.error(`contract: ${breach}`);
  console.log(breaches.length === 0 ? 'schema.graphql holds the contract.' : `${breaches.length} breaches.`);
  return breaches.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = main();
