/*
 * validate.mjs SCHEMA FOLDER... - the descriptions in answer folders, checked by others' validators: the data
 * package by the Frictionless library (its profiles, then each file read by its schema), CSV on the
 * Web by ajv with SCHEMA, and the files that it describes. One line of JSON a folder: {"folder",
 * "problems", "rows"}.
 */
import { createRequire } from 'node:module';
import { readFileSync, existsSync } from 'node:fs';
import path from 'node:path';

const require = createRequire(path.join(process.env.SAFECOUNT_WEB, 'package.json'));
const Ajv = require('ajv').default;
const { Package, validate } = require('datapackage');
const [schemaFile, ...folders] = process.argv.slice(2);

const ajv = new Ajv({
  allErrors: true, strict: false,
  formats: { 'uri-reference': (text) => !/[\s<>"{}|\\^`]/.test(text) },
});
const csvw = ajv.compile(JSON.parse(readFileSync(schemaFile)));

async function checkPackage(folder, problems) {
  const descriptor = JSON.parse(readFileSync(path.join(folder, 'datapackage.json')));
  const plain = await validate(descriptor);
  problems.push(...plain.errors.map((error) => `data package: ${error.message}`));
  /* The profile for tables is named the way of version 1; version 2 goes by "type": "table". */
  const tabular = {
    ...descriptor,
    profile: 'tabular-data-package',
    resources: descriptor.resources.map((resource) => {
      if (resource.type !== 'table') problems.push(`${resource.name}: is no table`);
      return { ...resource, profile: 'tabular-data-resource' };
    }),
  };
  const read = await Package.load(tabular, { basePath: folder, strict: false });
  problems.push(...read.errors.map((error) => `tabular data package: ${error.message}`));
  let rows = 0;
  for (const resource of read.resources) {
    problems.push(...resource.errors.map((error) => `${resource.name}: ${error.message}`));
    rows += (await resource.read()).length; /* types, constraints and the primary key */
  }
  return rows;
}

/* What the schema cannot say. */
function checkNames(folder, group, problems) {
  for (const table of group.tables) {
    const names = table.tableSchema.columns.map((column) => column.name);
    const keys = [table.tableSchema.primaryKey].flat().filter(Boolean);
    if (new Set(names).size !== names.length) problems.push(`${table.url}: a name is there twice`);
    for (const key of keys) {
      if (!names.includes(key)) problems.push(`${table.url}: the key ${key} is no column`);
    }
    if (!existsSync(path.join(folder, 'tables', decodeURIComponent(table.url)))) {
      problems.push(`${table.url}: is not there`);
    }
  }
}

for (const folder of folders) {
  const problems = [];
  let rows = 0;
  try {
    rows = await checkPackage(folder, problems);
    const group = JSON.parse(readFileSync(path.join(folder, 'tables/csv-metadata.json')));
    if (csvw(group)) checkNames(folder, group, problems);
    else problems.push(...csvw.errors.map((e) => `CSVW: ${e.instancePath} ${e.message}`));
  } catch (error) {
    problems.push(`${error.message} ${(error.errors || []).slice(0, 3).map((e) => e.message)}`);
  }
  process.stdout.write(`${JSON.stringify({ folder, problems, rows })}\n`);
}
