#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const char *const engine_words[] = {"auto", "scalar", "simd", "vectorscan", "avx2", NULL};
static const char *const zeros_words[] = {"auto", "shown", "hidden", NULL};
static const char *const format_words[] = {"auto", "tidy", "wide", "jj", NULL};
static const char *const method_words[] = {"suppress", "round", "coarsen", NULL};
static const char *const minimise_words[] = {"counts", "cells", "weights", NULL};
static const char *const shape_words[] = {"worked", "bench", NULL};

const struct option all_options[N_OPTIONS] = {
    [OPTION_OUTPUT] = {"output", 'o', VALUE_FILE, "PATH", NULL, 0, 0,
                       "write to PATH instead of the usual place"},
    [OPTION_JSON] = {"json", 0, VALUE_NONE, NULL, NULL, 0, 0,
                     "write one JSON object to standard output"},
    [OPTION_STRICT] = {"strict", 0, VALUE_NONE, NULL, NULL, 0, 0,
                       "refuse an extract with any faulty row"},
    [OPTION_THREADS] = {"threads", 't', VALUE_NUMBER, "N", NULL, 1, 16,
                        "read with N threads (as many as there are processors)"},
    [OPTION_ENGINE] = {"engine", 0, VALUE_WORD, "NAME", engine_words, 0, 0,
                       "keyword engine: auto, scalar, simd, vectorscan or avx2"},
    [OPTION_QUIET] = {"quiet", 'q', VALUE_NONE, NULL, NULL, 0, 0,
                      "print nothing but errors, and no progress bar"},
    [OPTION_VERBOSE] = {"verbose", 'v', VALUE_NONE, NULL, NULL, 0, 0,
                        "also print the first faulty rows by place, and timings"},
    [OPTION_SEED] = {"seed", 0, VALUE_NUMBER, "S", NULL, 0, 4294967295UL,
                     "number that decides everything random (1)"},
    [OPTION_OFFENCES] = {"offences", 'n', VALUE_NUMBER, "N", NULL, 1, 60000000UL,
                         "how many offences to make up (40000)"},
    [OPTION_SHAPE] = {"shape", 0, VALUE_WORD, "NAME", shape_words, 0, 0,
                      "worked: links with all the traps; bench: one row an offence, for timing"},
    [OPTION_FAULTS] = {"faults", 0, VALUE_NUMBER, "N", NULL, 0, 100000,
                       "plant N faulty rows of each kind (worked shape)"},
    [OPTION_TRUTH] = {"truth", 0, VALUE_FILE, "FILE", NULL, 0, 0,
                      "also write the true answer to the worked request (CSV)"},
    [OPTION_WITH] = {"with", 0, VALUE_FILE, "EARLIER", NULL, 0, 0,
                     "a table published before about the same records (may be given again; files "
                     "that follow it are earlier ones too)"},
    [OPTION_HIERARCHY] = {"hierarchy", 0, VALUE_FILE, "FILE", NULL, 0, 0,
                          "which codes add up: CSV of dimension,code,parent (may be given again)"},
    [OPTION_THRESHOLD] = {"threshold", 0, VALUE_NUMBER, "N", NULL, 2, 1000000,
                          "counts of 1 to N - 1 are sensitive (5)"},
    [OPTION_WIDTH] = {"width", 0, VALUE_NUMBER, "N", NULL, 1, 1000000,
                      "possible values of a hidden figure must span at least N (1: two values)"},
    [OPTION_READERS] = {"readers", 0, VALUE_TEXT, "LIST", NULL, 0, 0,
                        "who attacks: sums, rules, insider, parted by commas (all three)"},
    [OPTION_ROUNDED] = {"rounded", 0, VALUE_NUMBER, "BASE", NULL, 2, 1000000,
                        "figures are rounded to BASE: each stands for an interval"},
    [OPTION_NEAREST] = {"nearest", 0, VALUE_NONE, NULL, NULL, 0, 0,
                        "with --rounded: to the nearest, not just to one of the two next"},
    [OPTION_ROUNDED_SMALL] = {"rounded-small", 0, VALUE_NUMBER, "BASE", NULL, 2, 1000000,
                              "innermost counts of 1 to BASE - 1 were made 0 or BASE, and totals "
                              "added up from these (protect --small)"},
    [OPTION_OVERLAPPING] =
        {"overlapping", 0, VALUE_TEXT, "DIMENSION", NULL, 0, 0,
         "one record may be in several categories of DIMENSION, which do not add "
         "up (may be given again; of a wide table: column)"},
    [OPTION_NO_IMPLIED] = {"no-implied", 0, VALUE_NONE, NULL, NULL, 0, 0,
                           "do not look for counts that are implied by sums of hidden figures"},
    [OPTION_GROUPS] = {"groups-unsafe", 0, VALUE_NONE, NULL, NULL, 0, 0,
                       "everybody of a total in one category makes a release unsafe too"},
    [OPTION_ZEROS] = {"zeros", 0, VALUE_WORD, "WHAT", zeros_words, 0, 0,
                      "auto, shown (a hidden figure is at least 1) or hidden"},
    [OPTION_FORMAT] = {"format", 0, VALUE_WORD, "NAME", format_words, 0, 0,
                       "auto, tidy, wide or jj"},
    [OPTION_FIGURE] = {"figure", 0, VALUE_TEXT, "COLUMN", NULL, 0, 0,
                       "tidy CSV: the column of figures (count, value, ... or the last)"},
    [OPTION_MARK] = {"mark", 0, VALUE_TEXT, "TEXT=KIND", NULL, 0, 0,
                     "what a mark means: hidden, void (cannot occur), nonzero, the most it can be "
                     "(<5=4), the least ([s]=5..) or both (1..4); may be given again"},
    [OPTION_MARKER] = {"marker", 0, VALUE_TEXT, "TEXT", NULL, 0, 0,
                       "what stands for a hidden figure in the table written (nothing)"},
    [OPTION_SECOND_MARKER] = {"secondary-marker", 0, VALUE_TEXT, "TEXT", NULL, 0, 0,
                              "with --marker: what stands for hidden figures of the threshold or "
                              "more, so that readers know which are small"},
    [OPTION_REVEAL] = {"reveal", 0, VALUE_NONE, NULL, NULL, 0, 0,
                       "also print the numbers that were worked out"},
    [OPTION_CERTIFICATE] = {"certificate", 0, VALUE_FILE, "FILE", NULL, 0, 0,
                            "when safe, write the certificate to FILE"},
    [OPTION_METHOD] = {"method", 0, VALUE_WORD, "NAME", method_words, 0, 0,
                       "how to protect: suppress, round or coarsen"},
    [OPTION_LEVEL] = {"level", 0, VALUE_TEXT, "DIMENSION=LEVEL", NULL, 0, 0,
                      "with --method coarsen: the level of a dimension (may be given again)"},
    [OPTION_COMPARE] = {"compare", 0, VALUE_NONE, NULL, NULL, 0, 0,
                        "try every method and say what each costs; writes no table"},
    [OPTION_ROUND] = {"round", 0, VALUE_NUMBER, "BASE", NULL, 2, 1000000,
                      "with --method round: figures become multiples of BASE (the threshold)"},
    [OPTION_SMALL] = {"small", 0, VALUE_NONE, NULL, NULL, 0, 0,
                      "with --method round: only counts below BASE, to 0 or BASE; totals are "
                      "added up anew"},
    [OPTION_MINIMISE] = {"minimise", 0, VALUE_WORD, "WHAT", minimise_words, 0, 0,
                         "what to give up as little of as possible: counts, cells, or weights "
                         "(totals dearer than parts)"},
    [OPTION_TIME_LIMIT] = {"time-limit", 0, VALUE_NUMBER, "SECONDS", NULL, 1, 86400,
                           "stop with the best safe answer so far (60)"},
    [OPTION_REPORT] = {"report", 0, VALUE_FILE, "FILE", NULL, 0, 0,
                       "also write the officer's own report to FILE: true counts, why each figure "
                       "is withheld, what the audit found; never for release"},
    [OPTION_INTERNAL] = {"internal", 0, VALUE_NONE, NULL, NULL, 0, 0,
                         "also write why each figure is hidden: not for release"},
    [OPTION_REGISTER] = {"register", 0, VALUE_FILE, "FILE", NULL, 0, 0,
                         "the register (SAFECOUNT_REGISTER, or safecount.register here)"},
    [OPTION_CORRECTION] = {"correction", 0, VALUE_TEXT, "REASON", NULL, 0, 0,
                           "record a corrected answer as a further version, for this reason"},
    [OPTION_REASON] = {"reason", 0, VALUE_TEXT, "TEXT", NULL, 0, 0,
                       "why an answer is withdrawn, for its readers"},
    [OPTION_SIZE] = {"size", 0, VALUE_NUMBER, "N", NULL, 10, 100000,
                     "how many offences to check (200)"},
    [OPTION_DICTIONARY] =
        {"dictionary", 0, VALUE_FILE, "FILE", NULL, 0, 0,
         "the keyword dictionary; with a request, which of several, as it names it"},
    [OPTION_REVIEWER] = {"reviewer", 0, VALUE_TEXT, "NAME", NULL, 0, 0,
                         "who is labelling (first); in a report: whose labels come first"},
    [OPTION_REVIEW] = {"review", 0, VALUE_NUMBER, "N", NULL, 1, 2147483647UL,
                       "an earlier review by its number, instead of the request's latest"},
    [OPTION_NARRATIVES] = {"narratives", 0, VALUE_NONE, NULL, NULL, 0, 0,
                           "export the narratives too: the file then holds personal data"},
    [OPTION_SOURCE] = {"source", 0, VALUE_FILE, "EXTRACT.yaml", NULL, 0, 0,
                       "the source description: which column is the narrative"},
    [OPTION_LABELS] = {"labels", 0, VALUE_FILE, "OUT.csv", NULL, 0, 0,
                       "also write each record's key and categories (internal)"},
    [OPTION_MIN_RECORDS] = {"min-records", 0, VALUE_NUMBER, "N", NULL, 5, 1000000000UL,
                            "give no word seen in fewer than N records (10)"},
    [OPTION_MOST] = {"most", 0, VALUE_NUMBER, "N", NULL, 1, 10000,
                     "at most N words of each kind (25)"},
    [OPTION_PREVIEW] = {"preview", 0, VALUE_NONE, NULL, NULL, 0, 0,
                        "also answers that are not publishable, marked as not for release"},
    [OPTION_PDF] = {"pdf", 0, VALUE_NONE, NULL, NULL, 0, 0,
                    "also print the page to answer.pdf, with a browser"},
    [OPTION_HELP] = {"help", 'h', VALUE_NONE, NULL, NULL, 0, 0, "print this help"},
};

static const enum option_id answer_options[] = {
    OPTION_OUTPUT, OPTION_JSON,  OPTION_REPORT,  OPTION_STRICT,   OPTION_THREADS,
    OPTION_ENGINE, OPTION_QUIET, OPTION_VERBOSE, OPTION_REGISTER, OPTION_PDF};
static const enum option_id count_options[] = {OPTION_JSON,   OPTION_STRICT, OPTION_THREADS,
                                               OPTION_ENGINE, OPTION_QUIET,  OPTION_VERBOSE};
static const enum option_id output_only[] = {OPTION_OUTPUT, OPTION_QUIET};
static const enum option_id synth_options[] = {OPTION_SEED,   OPTION_OFFENCES, OPTION_SHAPE,
                                               OPTION_FAULTS, OPTION_OUTPUT,   OPTION_TRUTH,
                                               OPTION_QUIET};

static const enum option_id check_options[] = {
    OPTION_WITH,    OPTION_HIERARCHY,   OPTION_THRESHOLD,   OPTION_WIDTH,        OPTION_REGISTER,
    OPTION_READERS, OPTION_ROUNDED,     OPTION_NEAREST,     OPTION_NO_IMPLIED,   OPTION_GROUPS,
    OPTION_ZEROS,   OPTION_FORMAT,      OPTION_FIGURE,      OPTION_MARK,         OPTION_REVEAL,
    OPTION_JSON,    OPTION_CERTIFICATE, OPTION_OVERLAPPING, OPTION_ROUNDED_SMALL};
static const enum option_id protect_options[] = {
    OPTION_WITH,        OPTION_HIERARCHY,  OPTION_THRESHOLD,    OPTION_METHOD, OPTION_MINIMISE,
    OPTION_NO_IMPLIED,  OPTION_READERS,    OPTION_WIDTH,        OPTION_GROUPS, OPTION_FORMAT,
    OPTION_FIGURE,      OPTION_TIME_LIMIT, OPTION_INTERNAL,     OPTION_OUTPUT, OPTION_JSON,
    OPTION_CERTIFICATE, OPTION_ROUND,      OPTION_SMALL,        OPTION_LEVEL,  OPTION_COMPARE,
    OPTION_ZEROS,       OPTION_MARKER,     OPTION_SECOND_MARKER};
static const enum option_id release_options[] = {OPTION_REGISTER, OPTION_CORRECTION, OPTION_REASON,
                                                 OPTION_JSON};
static const enum option_id review_options[] = {
    OPTION_SIZE,       OPTION_SEED,    OPTION_REGISTER, OPTION_DICTIONARY,
    OPTION_REVIEWER,   OPTION_REVIEW,  OPTION_OUTPUT,   OPTION_JSON,
    OPTION_NARRATIVES, OPTION_THREADS, OPTION_QUIET};
static const enum option_id classify_options_list[] = {
    OPTION_SOURCE, OPTION_DICTIONARY, OPTION_LABELS, OPTION_JSON, OPTION_THREADS, OPTION_ENGINE};
static const enum option_id dictionary_options[] = {
    OPTION_SOURCE, OPTION_DICTIONARY, OPTION_MIN_RECORDS, OPTION_MOST,
    OPTION_JSON,   OPTION_THREADS,    OPTION_ENGINE};
static const enum option_id verify_options[] = {OPTION_JSON};

static const enum option_id site_options[] = {OPTION_OUTPUT, OPTION_PREVIEW, OPTION_THREADS,
                                              OPTION_JSON, OPTION_QUIET};

#define OPTIONS(list) (list), sizeof(list) / sizeof *(list)
#define NO_OPTIONS NULL, 0

const struct command all_commands[] = {
    {"answer", "REQUEST.yaml", 1, 1, OPTIONS(answer_options),
     "answer a request: read the extract once and write the answer folder",
     "Reads the request, the source description, the policy and the dictionaries it names, then "
     "the extract, once. Writes a folder with the page (index.html), every table as a CSV for a "
     "spreadsheet and as tidy CSV (tables/), and the whole answer as JSON (answer.json). The "
     "folder is written whole or not at all: on any failure the old one stands as it was.\n\n"
     "Counts below the policy's threshold are withheld, and so are as few others as it takes so "
     "that none of those can be worked out. The policy can ask for another method: 'method: round' "
     "rounds all figures to multiples of a base so that they still add up, 'method: coarsen' makes "
     "tables coarser first, and lists for the officer what there was to choose from "
     "(docs/policy.md). The audit then attacks what is shown, for all tables together. Only when "
     "it fails for every reader is the answer publishable: the folder then "
     "holds certificate.json, the proof that anybody can check, and tables/hierarchy.csv, which "
     "says what adds up. Otherwise every output says that it is not for release, and why.\n\n"
     "What the register knows to have been published before about the same records (release add) "
     "is "
     "taken as known to every reader, and the answer is protected together with it.\n\n"
     "The exit code is 0 when the answer is publishable, 5 when it was written but is not.",
     "safecount answer request.yaml\tanswer into answer-REFERENCE/\n"
     "safecount answer request.yaml -o out --json\talso print the answer as JSON\n",
     run_answer, false},
    {"count", "REQUEST.yaml", 1, 1, OPTIONS(count_options),
     "print the true counts, for the officer's own eyes",
     "Counts as answer does, but prints the true counts, with nothing suppressed. The output is "
     "marked internal and must not be released.",
     "safecount count request.yaml\tas tables for a terminal\n"
     "safecount count request.yaml --json\tas JSON\n",
     run_count, false},
    {"describe", "EXTRACT...", 1, 1000, OPTIONS(output_only),
     "propose a source description (extract.yaml) for a file of records",
     "Looks at the header and the first rows of an extract and writes a source description with "
     "remarks: which column is probably which, the date format, what a row is. Check it before "
     "you use it. No value of any row is printed.",
     "safecount describe records.csv -o extract.yaml\tthen edit extract.yaml\n", run_describe,
     false},
    {"new", "[FILE]", 0, 1, NO_OPTIONS, "write a commented starter request",
     "Writes request.yaml, or FILE, with a remark for every part. An existing file is never "
     "overwritten.",
     "safecount new\twrite request.yaml\n", run_new, false},
    {"synth", "", 0, 0, OPTIONS(synth_options), "make up an extract, for trying out and testing",
     "Writes a made-up police extract: links of offences, victims and suspects with missing ages, "
     "removed records, several platforms and misspellings. The same seed gives the same bytes. "
     "No text in it is about anybody.",
     "safecount synth --seed 1 --offences 40000 -o extract.csv\tsome 60,000 rows\n", run_synth,
     false},
    {"protect", "TABLE.csv", 1, 1, OPTIONS(protect_options),
     "hide what must not be worked out, at the least cost, and audit the result",
     "Reads a table of true counts (tidy or wide CSV, or JJ; inner cells or all of them), hides "
     "every count of 1 to threshold - 1, and as little more as it can find so that none of them "
     "can be worked out by any of the readers. Says how far from the best possible the answer is "
     "at most. The result is audited by other code; only what the audit proves is called safe.\n\n"
     "With --with, figures published before about the same records are taken as known: what they "
     "show stays, what they hide is protected too, and so is every number band, and run of them, "
     "that nobody prints and the two together could give away. Earlier figures that contradict the "
     "counts of today are named, and nothing is concluded from them.\n\n"
     "With --method round all figures become multiples of a base, additive and each within one "
     "base of the truth where that is possible, changed as little as can be found; with --small "
     "only small counts do, and totals follow (docs/rounding.md).\n\n"
     "--method coarsen lists coarser tables (months to quarters to years, wider bands, dimensions "
     "left out) that need less hiding, those that no other choice beats; with --level it writes "
     "the "
     "one chosen, suppressed where still needed (docs/coarsening.md). --compare tries every method "
     "and prints a line for each.\n\n"
     "Writes the published table as CSV: the dimensions, count (blank when suppressed) and status. "
     "The same input gives the same pattern; where the clock ended the search it says so. The "
     "exit code is 0 when safe, 5 when not, 3 when a file cannot be read.",
     "safecount protect table.csv -o published.csv\tprotect one table\n"
     "safecount protect table.csv --with last-year.csv -o out.csv\ttogether with what is known\n"
     "safecount protect table.csv --method round --round 5 -o out.csv\tround instead\n"
     "safecount protect table.csv --method coarsen\tcoarser tables to choose from\n"
     "safecount protect table.csv --method coarsen --level month=quarter -o out.csv\ttake one\n"
     "safecount protect table.csv --compare\twhat every method costs\n"
     "safecount protect table.csv --hierarchy h.csv --threshold 5 -o out.csv --json\tfor "
     "scripts\n",
     run_protect, false},
    {"check", "PUBLISHED.csv...|FOLDER", 1, 1000, OPTIONS(check_options),
     "attack a published table: can hidden figures be worked out?",
     "Reads published tables (tidy or wide CSV, or JJ), finds what adds up, and tries to work out "
     "every hidden figure as three readers: one who can add up; one who also knows the rules (the "
     "threshold, that zeros are printed, what the marks mean); and one who is also the single "
     "person in a cell of 1. For each figure that falls it gives the sum that does it. Several "
     "files are one release; --with names what was published before. FOLDER is that of an answer: "
     "its tables, with what it says adds up. Categories that come to more than their total in "
     "several places are taken to overlap, and the report says so; --overlapping says it "
     "beforehand. With --register the operand is an answer folder, and "
     "the releases of the register about the same records are the earlier ones: nothing but what "
     "was published is looked at.\n\n"
     "A figure is safe only when two whole-number tables are found that agree with everything "
     "printed and differ in it. What could not be decided is never called safe. The exit code is "
     "0 when safe, 5 when not, 3 when a file cannot be read.",
     "safecount check table.csv\tattack one table\n"
     "safecount check table.csv --reveal\talso print the numbers found\n"
     "safecount check answer-16040 --register safecount.register\twith all that was published\n"
     "safecount check a.csv b.csv --with last-year.csv --json\tone release and an earlier one\n",
     run_check, false},
    {"verify-certificate", "PUBLISHED.csv... CERTIFICATE.json|FOLDER", 1, 1000,
     OPTIONS(verify_options), "check a certificate by addition",
     "Checks, with nothing but whole-number addition, that a certificate shows what it claims: "
     "that for every hidden figure of the tables there are two tables of whole numbers that agree "
     "with everything printed and differ in it. The part of the program that does so shares "
     "nothing "
     "with what makes certificates. FOLDER is that of an answer: its tables and its certificate.",
     "safecount verify-certificate table.csv certificate.json\texit 0 when it holds, 5 when not\n"
     "safecount verify-certificate answer-16040\tall tables of an answer\n",
     run_verify_certificate, false},
    {"classify", "EXTRACT", 1, 1, OPTIONS(classify_options_list),
     "count narratives by keyword category",
     "Looks through the narratives of an extract with a dictionary, and prints how many records "
     "are in each category, how they were found (by a term, a listed variant, a near-miss), in "
     "each group, in two categories at once, and in none. A record is an offence: rows with the "
     "same id are one. EXTRACT is a file of records with --source, or an extract.yaml. The output "
     "holds true counts and must not be released; the file that --labels writes holds the keys of "
     "records.",
     "safecount classify records.csv --source extract.yaml --dictionary d.yaml\tas a table\n"
     "safecount classify extract.yaml --dictionary d.yaml --json\tfor scripts\n",
     run_classify, false},
    {"dictionary", "suggest EXTRACT|diff OLD NEW EXTRACT|check DICTIONARY", 2, 4,
     OPTIONS(dictionary_options), "find what a dictionary misses, and what a change changes",
     "'suggest' lists words that a dictionary should perhaps know: spellings near a term, words "
     "that stand where names of platforms stand (via ..., ... account), and words that mark "
     "records in no category or a fallback. A word seen in fewer than --min-records distinct "
     "records is never given, nor one with a digit, so that no name or number comes out; records "
     "with the same id or the same text are one.\n\n"
     "'diff' says which counts two dictionaries differ in, and by how much. 'check' looks for "
     "mistakes and for what is probably not meant; the exit code is 4 when it finds something.",
     "safecount dictionary suggest records.csv --source extract.yaml --dictionary d.yaml\t"
     "misspellings, and names it does not know\n"
     "safecount dictionary diff old.yaml new.yaml extract.yaml\twhat a change changes\n"
     "safecount dictionary check d.yaml\tbefore using it\n",
     run_dictionary, false},
    {"release", "add DIR|list|show REF|withdraw REF|verify", 1, 2, OPTIONS(release_options),
     "remember what was published, and protect later answers with it",
     "Keeps a register of published answers, in one SQLite file. What readers know of earlier "
     "answers helps them to work out what a later one hides, so every later answer about the same "
     "records is protected and audited together with those in the register.\n\n"
     "'add' records an answer folder: the figures as published, never a true count; the decisions; "
     "name, size and hash of each file; and the bytes of answer.json, the certificate and what "
     "adds "
     "up. An answer that an older program recorded gets its files when it is added again. Only one "
     "that is publishable is recorded, and each once; a corrected answer becomes a further version "
     "of its reference, with the reason (--correction). 'withdraw' notes that an answer was taken "
     "back, and why; readers know it all the same, so it still counts. 'list' and 'show' print "
     "what is there. 'verify' looks for damage and for changes behind the program's back.",
     "safecount release add answer-16040\tremember a published answer\n"
     "safecount release add answer-16040 --correction \"Table 2 lacked March\"\ta corrected one\n"
     "safecount release list\twhat was published\n"
     "safecount release show 16040 --json\tone reference, all its versions\n"
     "safecount release withdraw 16040 --reason \"Counted twice\"\tstill known, still counts\n",
     run_release, false},
    {"review", "sample|next|report|export|import REQUEST.yaml [LABELS.csv]", 2, 3,
     OPTIONS(review_options), "measure the keyword search's error on a sample read by a person",
     "review sample draws offences at random from those of each category and those where nothing "
     "was found, and writes their keyed hashes into the register. review next shows one narrative "
     "at a time, with the terms found marked, and takes your judgement by single keys; stop at any "
     "time and go on later. review report gives precision, recall and the corrected number of each "
     "category with 95% intervals, and the words for the published answer. A second reviewer "
     "labels the same offences under another name, and the report says how far both agree.\n\n"
     "Narratives are shown on the terminal and are stored nowhere. review export and import take "
     "the labels to a spreadsheet and back; with --narratives the file holds personal data, is "
     "readable by you alone, and is yours to delete.",
     "safecount review sample request.yaml --size 200 --seed 1\tdraw 200 offences\n"
     "safecount review next request.yaml\tread and label them\n"
     "safecount review next request.yaml --reviewer second\tanother person does the same\n"
     "safecount review report request.yaml\tthe figures, and the words for the answer\n"
     "safecount review export request.yaml -o labels.csv --narratives\tfor a spreadsheet\n"
     "safecount review import request.yaml labels.csv\tand back\n",
     run_review, false},
    {"pdf", "FOLDER", 1, 1, OPTIONS(output_only), "print an answer to a PDF",
     "Prints the page of the answer in FOLDER to answer.pdf there, or where --output says, and "
     "lists "
     "it on the page. The page is made anew from answer.json, through the same gate: an answer "
     "that "
     "is not publishable is refused. The PDF is tagged for screen readers, has an outline, and is "
     "made by chromium or google-chrome, which must be installed; nothing is asked of the network. "
     "The same answer gives the same bytes from the same browser.",
     "safecount pdf answer-16040\tanswer-16040/answer.pdf\n"
     "safecount pdf answer-16040 -o 16040.pdf\tanother place\n",
     run_pdf, false},
    {"site", "build|check SITE.yaml", 2, 2, OPTIONS(site_options), "publish the disclosure log",
     "'build' writes a static site that any web server can host, from the published answers that "
     "SITE.yaml lists: the list with search and filters, each answer at an address for good with "
     "all its files, topics, years, decisions, exemptions, feeds. It works without script, sets no "
     "cookies and asks no other server for anything. Only what changed since the last build is "
     "made again. An answer that is not publishable stops the build; --preview shows it all the "
     "same, marked on every page.\n\n"
     "'check' looks for what real logs get wrong: days in the wrong order, dates in several forms, "
     "'5 years' that cover six, decisions that do not match their exemptions, sections that are no "
     "exemption, missing review or regulator, numbers used twice; with -o also dead links and "
     "files whose figures are not those of the answer.",
     "safecount site build site.yaml -o public\tbuild the log\n"
     "safecount site check site.yaml -o public\tlook for mistakes in it\n",
     run_site, false},
    {"completion", "bash|zsh|fish", 1, 1, NO_OPTIONS, "print a shell completion script",
     "Prints a script that completes commands, options and their values in the shell named.",
     "safecount completion bash > /etc/bash_completion.d/safecount\tfor all users of bash\n",
     run_completion, false},
    {"manual", "[COMMAND]", 0, 1, NO_OPTIONS, "print a manual page", "", "", run_manual, true},
    {"help", "[COMMAND]", 0, 1, NO_OPTIONS, "print help",
     "Prints the commands, or the options of one.", "safecount help answer\tits options\n",
     run_help, false},
    {"version", "", 0, 0, NO_OPTIONS, "print the version",
     "Prints the version of the program and which keyword engines it has.",
     "safecount version\tthe version\n", run_version, false},
};
const size_t n_commands = sizeof all_commands / sizeof *all_commands;

const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < n_commands; i++) {
        if (strcmp(all_commands[i].name, name) == 0)
            return &all_commands[i];
    }
    return NULL;
}

/* ---- parsing ---- */

static bool command_has(const struct command *command, enum option_id id)
{
    if (id == OPTION_HELP)
        return true;
    for (size_t i = 0; i < command->n_options; i++) {
        if (command->options[i] == id)
            return true;
    }
    return false;
}

/* The option of this name, or N_OPTIONS. `len` is that of the name. */
static enum option_id find_option(const struct command *command, const char *name, size_t len,
                                  bool letter)
{
    for (int i = 0; i < N_OPTIONS; i++) {
        const struct option *option = &all_options[i];
        bool same = letter ? option->letter == name[0]
                           : strlen(option->name) == len && strncmp(option->name, name, len) == 0;

        if (same && command_has(command, (enum option_id)i))
            return (enum option_id)i;
    }
    return N_OPTIONS;
}

static int bad_usage(const struct command *command)
{
    (void)fprintf(stderr, "Try 'safecount help %s'.\n", command->name);
    return EXIT_USAGE;
}

static int take_value(const struct command *command, enum option_id id, const char *text,
                      struct arguments *arguments)
{
    const struct option *option = &all_options[id];

    arguments->text[id] = text;
    arguments->values[arguments->n_values++] =
        (struct given_value){id, text, arguments->n_operands};
    if (option->kind == VALUE_NUMBER) {
        char *end = NULL;
        unsigned long value = strtoul(text, &end, 10);

        if (text[0] < '0' || text[0] > '9' || *end || strlen(text) > 12 || value < option->least ||
            value > option->most) {
            complain("--%s: '%s': expected a whole number from %lu to %lu", option->name, text,
                     option->least, option->most);
            return bad_usage(command);
        }
        arguments->number[id] = value;
    }
    if (option->kind == VALUE_WORD) {
        unsigned long i = 0;

        while (option->words[i] && strcmp(option->words[i], text) != 0)
            i++;
        if (!option->words[i]) {
            complain("--%s: '%s': expected %s", option->name, text, option->help);
            return bad_usage(command);
        }
        arguments->number[id] = i;
    }
    return 0;
}

/* One "--name", "--name=value", "--name value", "-n value" or "-nvalue". Advances *i. */
static int parse_option(const struct command *command, int argc, char **argv, int *i,
                        struct arguments *arguments)
{
    const char *word = argv[*i];
    bool letter = word[1] != '-';
    const char *name = word + (letter ? 1 : 2);
    size_t len = letter ? 1 : strcspn(name, "=");
    enum option_id id = find_option(command, name, len, letter);
    const char *value;

    if (id == N_OPTIONS) {
        complain("'%s' has no option %.*s", command->name, (int)(len + (letter ? 1 : 2)), word);
        return bad_usage(command);
    }
    arguments->given[id] = true;
    if (all_options[id].kind == VALUE_NONE) {
        if (name[len]) {
            complain("%.*s takes no value", (int)(len + (letter ? 1 : 2)), word);
            return bad_usage(command);
        }
        return 0;
    }
    if (name[len]) {
        value = name + len + (letter ? 0 : 1);
    } else if (*i + 1 < argc) {
        value = argv[++*i];
    } else {
        complain("--%s needs a value: expected %s", all_options[id].name,
                 all_options[id].value_name);
        return bad_usage(command);
    }
    return take_value(command, id, value, arguments);
}

int parse_arguments(const struct command *command, int argc, char **argv,
                    struct arguments *arguments)
{
    bool only_operands = false;

    *arguments = (struct arguments){0};
    arguments->operands = calloc((size_t)argc + 1, sizeof *arguments->operands);
    arguments->values = calloc((size_t)argc + 1, sizeof *arguments->values);
    if (!arguments->operands || !arguments->values) {
        complain("out of memory");
        return EXIT_FAILED;
    }
    for (int i = 0; i < argc; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1]) {
            int code = parse_option(command, argc, argv, &i, arguments);

            if (code)
                return code;
        } else {
            arguments->operands[arguments->n_operands++] = argv[i];
        }
    }
    if (arguments->given[OPTION_HELP])
        return 0;
    if (arguments->n_operands < command->least_operands) {
        complain("'%s' needs %s", command->name, command->operands);
        return bad_usage(command);
    }
    if (arguments->n_operands > command->most_operands) {
        complain("'%s': unexpected '%s'", command->name,
                 arguments->operands[command->most_operands]);
        return bad_usage(command);
    }
    return 0;
}

void release_arguments(struct arguments *arguments)
{
    free(arguments->operands);
    free(arguments->values);
    *arguments = (struct arguments){0};
}
