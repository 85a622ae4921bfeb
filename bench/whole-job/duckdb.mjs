// The same job by DuckDB: parse, filter by code and period, find key words with one combined
// regexp_extract_all, count month x category, month x age band, month x outcome.
// usage: node duckdb.mjs RECORDS.csv DICTIONARY.json FILTER THREADS > counts.json
import { createRequire } from 'node:module';
import fs from 'node:fs';
const require = createRequire(process.cwd() + '/');
const { DuckDBInstance } = require('@duckdb/node-api');

const [csv, dictionaryFile, filter, threads] = process.argv.slice(2);
const dictionary = JSON.parse(fs.readFileSync(dictionaryFile, 'utf8'));
const terms = dictionary.flatMap((c) => c.terms.map((t) => [t, c.id]));
terms.sort((a, b) => b[0].length - a[0].length);
const pattern = '(?i)\\b(?:' + terms.map(([t]) => t.replace(/[ -]+/g, '[ \\t\\r\\n-]+')).join('|') + ')\\b';
const map = 'MAP {' + terms.map(([t, c]) => `'${t.replace(/[ -]+/g, ' ')}': '${c}'`).join(', ') + '}';
// Matches are counted as they stand and looked up once a distinct list, not once a row: the
// fastest of the forms tried.
const codes = ['71/17', '88/1', '88/2', '17/13', '17/14', '17/15', '17/16', '20/3', '20/4', '20/5'];
const where = `recorded_date BETWEEN '2016-01-01' AND '2022-12-31'` +
  (filter === 'filtered' ? ` AND offence_code IN (${codes.map((c) => `'${c}'`).join(', ')})` : '');

const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
await connection.run(`
  CREATE TEMP TABLE job AS
  SELECT strftime(recorded_date, '%Y-%m') AS month,
         CASE WHEN victim_age IS NULL THEN 'unknown' WHEN victim_age <= 11 THEN '0-11'
              WHEN victim_age <= 15 THEN '12-15' WHEN victim_age <= 17 THEN '16-17' ELSE '18+' END AS band,
         CASE WHEN outcome IS NULL OR outcome = 'NULL' THEN 'unknown' ELSE outcome END AS outcome,
         regexp_extract_all(mo, '${pattern}') AS matches
  FROM read_csv('${csv}', header = true, quote = '"', escape = '"', delim = ',',
    columns = {'id': 'BIGINT', 'recorded_date': 'DATE', 'offence_code': 'VARCHAR', 'victim_age': 'INTEGER',
               'suspect_age': 'INTEGER', 'outcome': 'VARCHAR', 'mo': 'VARCHAR'})
  WHERE ${where}`);
const counts = {};
async function count(name, sql) {
  const reader = await connection.runAndReadAll(sql);
  for (const [month, category, n] of reader.getRows()) counts[`${name}|${month}|${category}`] = Number(n);
}
await count('age', 'SELECT month, band, count(*) FROM job GROUP BY ALL');
await count('outcome', 'SELECT month, outcome, count(*) FROM job GROUP BY ALL');
await count('method', `
  SELECT month, category, sum(n) FROM (
    SELECT month, n, unnest(CASE WHEN len(found) = 0 THEN ['none']
      WHEN len(list_filter(found, x -> x <> 'message')) > 0 THEN list_filter(found, x -> x <> 'message')
      ELSE found END) AS category FROM (
      SELECT month, n, list_distinct(list_transform(matches,
        x -> (${map})[regexp_replace(lower(x), '[ \\t\\r\\n-]+', ' ', 'g')])) AS found
      FROM (SELECT month, matches, count(*) AS n FROM job GROUP BY ALL))) GROUP BY ALL`);
console.log(JSON.stringify(counts));
