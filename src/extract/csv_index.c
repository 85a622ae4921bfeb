/*
 * csv_index.c - the delimiter index, 64 bytes at a time.
 *
 * For each block of 64 bytes three bit masks are made: Q, the quotes; B, the
 * delimiters, CRs and LFs (one table look-up by the low four bits, for these
 * bytes all differ there); and I, "inside quotes", which is the running XOR of
 * Q (a carry-less multiplication by all ones) and of the state before the
 * block. The positions wanted are B & ~I.
 *
 * A quote at which I turns on opens a field, or is the second of a doubled
 * pair; the byte before it must then be a delimiter, CR, LF or a closing
 * quote. A quote at which I turns off closes, or is the first of a doubled
 * pair; the byte after it must then be a delimiter, CR, LF or a quote. Where
 * that fails there is a stray quote, and parity cannot be trusted.
 *
 * The idea is that of Langdale and Lemire, "Parsing gigabytes of JSON per
 * second" (2019), applied to CSV.
 */
#include "extract/csv_index.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define HAVE_X86 1
#endif

static bool is_break(char c, char delimiter)
{
    return c == delimiter || c == '\n' || c == '\r';
}

struct sc_csv_indexed sc_csv_index_scalar(const char *base, size_t from, size_t to, char delimiter,
                                          bool in_quotes, char before, uint32_t *positions)
{
    struct sc_csv_indexed out = {0, in_quotes, false};
    char prev = before;

    for (size_t i = from; i < to; i++) {
        char c = base[i];
        bool prev_closed = !out.in_quotes && prev == '"';

        if (c == '\0')
            out.odd = true;
        if (c == '"') {
            if (!out.in_quotes && !is_break(prev, delimiter) && !prev_closed)
                out.odd = true;
            out.in_quotes = !out.in_quotes;
        } else if (!out.in_quotes) {
            if (is_break(c, delimiter))
                positions[out.n++] = (uint32_t)i;
            else if (prev_closed)
                out.odd = true;
        }
        prev = c;
    }
    return out;
}

#ifdef HAVE_X86

struct masks {
    uint64_t quotes;
    uint64_t breaks;
};

#define TARGET_AVX2 __attribute__((target("avx2,pclmul,bmi,bmi2,popcnt")))

/* table[low four bits] is the break byte with these bits, or a byte that never matches. */
static void break_table(char delimiter, unsigned char table[32])
{
    for (size_t i = 0; i < 16; i++)
        table[i] = i == 0 ? 0x01 : 0x00;
    table['\n' & 15] = '\n';
    table['\r' & 15] = '\r';
    table[delimiter & 15] = (unsigned char)delimiter;
    memcpy(table + 16, table, 16);
}

/*
 * A block's masks are made with AVX2, or with AVX-512, which compares 64 bytes at
 * a time and needs no gathering of sign bits; what is done with them is the
 * same code (take_block).
 */
#define TARGET_AVX512                                                                              \
    __attribute__((target("avx2,avx512f,avx512bw,avx512vl,pclmul,bmi,bmi2,popcnt")))

TARGET_AVX2 static inline struct masks block_masks(const char *p, __m256i table, __m256i *zero)
{
    const __m256i quote = _mm256_set1_epi8('"');
    __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)p);
    __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
    struct masks m;

    *zero = _mm256_min_epu8(*zero, _mm256_min_epu8(a, b));
    m.quotes = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, quote)) |
               (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, quote)) << 32;
    m.breaks = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, a), a)) |
               (uint64_t)(uint32_t)_mm256_movemask_epi8(
                   _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, b), b))
                   << 32;
    return m;
}

static inline __attribute__((always_inline, target("pclmul"))) uint64_t running_xor(uint64_t bits)
{
    __m128i all = _mm_set1_epi8((char)0xFF);
    __m128i x = _mm_set_epi64x(0, (long long)bits);

    return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(x, all, 0));
}

/* Writes offset + each set bit; up to 3 entries past the last may be scribbled on. */
static inline __attribute__((always_inline, target("bmi,popcnt"))) size_t
flatten(uint64_t bits, size_t offset, uint32_t *out)
{
    size_t count = (size_t)__builtin_popcountll(bits);
    uint32_t at = (uint32_t)offset;

    for (size_t i = 0; i < count; i += 4) {
        out[i] = at + (uint32_t)__builtin_ctzll(bits | 1ULL << 63);
        bits &= bits - 1;
        out[i + 1] = at + (uint32_t)__builtin_ctzll(bits | 1ULL << 63);
        bits &= bits - 1;
        out[i + 2] = at + (uint32_t)__builtin_ctzll(bits | 1ULL << 63);
        bits &= bits - 1;
        out[i + 3] = at + (uint32_t)__builtin_ctzll(bits | 1ULL << 63);
        bits &= bits - 1;
    }
    return count;
}

/* What is carried from one block to the next. */
struct scan {
    uint64_t inside_before; /* all ones when the byte before is inside quotes */
    uint64_t may_open;      /* 1: the byte before is a break or a closing quote */
    uint64_t closed;        /* 1: the byte before is a closing quote */
    uint64_t stray;
    size_t n;
};

static inline __attribute__((always_inline, target("pclmul,bmi,popcnt"))) void
take_block(struct scan *scan, struct masks m, size_t at, uint32_t *positions)
{
    uint64_t inside = running_xor(m.quotes) ^ scan->inside_before;
    uint64_t opening = m.quotes & inside;
    uint64_t closing = m.quotes & ~inside;
    uint64_t end_ok = m.breaks | closing;

    scan->stray |= opening & ~(end_ok << 1 | scan->may_open);
    scan->stray |= (closing << 1 | scan->closed) & ~(m.breaks | m.quotes);
    scan->may_open = end_ok >> 63;
    scan->closed = closing >> 63;
    scan->inside_before = (uint64_t)((int64_t)inside >> 63);
    scan->n += flatten(m.breaks & ~inside, at, positions + scan->n);
}

static struct scan start_scan(char delimiter, bool in_quotes, char before)
{
    return (struct scan){.inside_before = in_quotes ? ~0ULL : 0,
                         .may_open = !in_quotes && (is_break(before, delimiter) || before == '"'),
                         .closed = !in_quotes && before == '"'};
}

/* The bytes after the last whole block, and the answer. */
static struct sc_csv_indexed end_scan(const struct scan *scan, bool nul, const char *base,
                                      size_t from, size_t at, size_t to, char delimiter,
                                      char before, uint32_t *positions)
{
    struct sc_csv_indexed out = {scan->n, scan->inside_before != 0, nul || scan->stray != 0};
    struct sc_csv_indexed tail;

    if (at == to)
        return out;
    tail = sc_csv_index_scalar(base, at, to, delimiter, out.in_quotes,
                               at > from ? base[at - 1] : before, positions + out.n);
    out.n += tail.n;
    out.in_quotes = tail.in_quotes;
    out.odd |= tail.odd;
    return out;
}

TARGET_AVX2 static struct sc_csv_indexed index_avx2(const char *base, size_t from, size_t to,
                                                    char delimiter, bool in_quotes, char before,
                                                    uint32_t *positions)
{
    struct scan scan = start_scan(delimiter, in_quotes, before);
    __m256i zero = _mm256_set1_epi8((char)0xFF);
    unsigned char table_bytes[32];
    __m256i table;
    size_t i = from;
    bool nul;

    break_table(delimiter, table_bytes);
    table = _mm256_loadu_si256((const __m256i *)(const void *)table_bytes);
    for (; i + 64 <= to; i += 64)
        take_block(&scan, block_masks(base + i, table, &zero), i, positions);
    nul = _mm256_movemask_epi8(_mm256_cmpeq_epi8(zero, _mm256_setzero_si256())) != 0;
    return end_scan(&scan, nul, base, from, i, to, delimiter, before, positions);
}

TARGET_AVX512 static struct sc_csv_indexed index_avx512(const char *base, size_t from, size_t to,
                                                        char delimiter, bool in_quotes, char before,
                                                        uint32_t *positions)
{
    struct scan scan = start_scan(delimiter, in_quotes, before);
    __m512i least = _mm512_set1_epi8((char)0xFF);
    const __m512i quote = _mm512_set1_epi8('"');
    unsigned char table_bytes[32];
    __m512i table;
    size_t i = from;
    bool nul;

    break_table(delimiter, table_bytes);
    table = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)table_bytes));
    for (; i + 64 <= to; i += 64) {
        __m512i v = _mm512_loadu_si512(base + i);
        struct masks m = {_mm512_cmpeq_epi8_mask(v, quote),
                          _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(table, v), v)};

        least = _mm512_min_epu8(least, v);
        take_block(&scan, m, i, positions);
    }
    nul = _mm512_cmpeq_epi8_mask(least, _mm512_setzero_si512()) != 0;
    return end_scan(&scan, nul, base, from, i, to, delimiter, before, positions);
}

static bool have_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}

static bool have_avx512(void)
{
    return have_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl");
}

#endif

struct sc_csv_indexed sc_csv_index_with(enum sc_csv_index_level most, const char *base, size_t from,
                                        size_t to, char delimiter, bool in_quotes, char before,
                                        uint32_t *positions)
{
    (void)most;
#ifdef HAVE_X86
    if (most >= SC_INDEX_AVX512 && have_avx512())
        return index_avx512(base, from, to, delimiter, in_quotes, before, positions);
    if (most >= SC_INDEX_AVX2 && have_avx2())
        return index_avx2(base, from, to, delimiter, in_quotes, before, positions);
#endif
    return sc_csv_index_scalar(base, from, to, delimiter, in_quotes, before, positions);
}

struct sc_csv_indexed sc_csv_index(const char *base, size_t from, size_t to, char delimiter,
                                   bool in_quotes, char before, uint32_t *positions)
{
    return sc_csv_index_with(SC_INDEX_AVX512, base, from, to, delimiter, in_quotes, before,
                             positions);
}

bool sc_csv_guess_in_quotes(const char *base, size_t from, size_t to, char delimiter, char before)
{
    bool parity = false; /* quotes passed since `from`, odd or even */
    size_t look = to - from > 8192 ? from + 8192 : to;

    for (size_t i = from; i < look; i++) {
        bool prev_break;
        bool next_break;

        if (base[i] != '"')
            continue;
        prev_break = is_break(i > from ? base[i - 1] : before, delimiter);
        next_break = i + 1 < to && is_break(base[i + 1], delimiter);
        if (i + 1 < to && prev_break && !next_break && base[i + 1] != '"')
            return parity; /* it opens: outside before it */
        if (next_break && !prev_break && (i == from || base[i - 1] != '"'))
            return !parity; /* it closes: inside before it */
        parity = !parity;
    }
    return false;
}
