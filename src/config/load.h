/*
 * load.h - the loaders of the public headers, reading from bytes in memory;
 * for tests and fuzz targets. `path` names the file in messages.
 */
#ifndef SC_CONFIG_LOAD_H
#define SC_CONFIG_LOAD_H

#include "base/memory.h"
#include "safecount/dictionary.h"
#include "safecount/request.h"

SC_MUST_USE enum sc_status sc_request_load_bytes(const char *path, const char *bytes, size_t len,
                                                 struct sc_request **ret_request,
                                                 struct sc_diagnostics *diagnostics,
                                                 struct sc_error *err);
SC_MUST_USE enum sc_status sc_source_load_bytes(const char *path, const char *bytes, size_t len,
                                                struct sc_source **ret_source,
                                                struct sc_diagnostics *diagnostics,
                                                struct sc_error *err);
SC_MUST_USE enum sc_status sc_policy_load_bytes(const char *path, const char *bytes, size_t len,
                                                struct sc_policy **ret_policy,
                                                struct sc_diagnostics *diagnostics,
                                                struct sc_error *err);
SC_MUST_USE enum sc_status sc_dictionary_load_bytes(const char *path, const char *bytes, size_t len,
                                                    struct sc_dictionary **ret_dictionary,
                                                    struct sc_diagnostics *diagnostics,
                                                    struct sc_error *err);

SC_DEFINE_AUTO(sc_request);
SC_DEFINE_AUTO(sc_source);
SC_DEFINE_AUTO(sc_policy);
SC_DEFINE_AUTO(sc_dictionary);

#endif
