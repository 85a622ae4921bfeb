/*
 * coarsen_bands.c - the cheapest way to merge neighbouring bands into fewer.
 */
#include <assert.h>
#include <string.h>

#include "protect/coarsen.h"

void sc_coarsen_merge(const int64_t *cost, size_t n, size_t left, int64_t *best, uint32_t *from,
                      bool *begins)
{
    size_t width = n + 1;

    assert(left >= 1 && left <= n);
    for (size_t j = 0; j <= n; j++)
        best[j] = j == 0 ? 0 : INT64_MAX;
    for (size_t k = 1; k <= left; k++)
        for (size_t j = 0; j <= n; j++) {
            best[k * width + j] = INT64_MAX;
            for (size_t i = k - 1; i < j; i++) {
                int64_t before = best[(k - 1) * width + i];

                if (before == INT64_MAX || before + cost[i * n + j - 1] >= best[k * width + j])
                    continue;
                best[k * width + j] = before + cost[i * n + j - 1];
                from[k * width + j] = (uint32_t)i;
            }
        }
    memset(begins, 0, n * sizeof *begins);
    for (size_t k = left, j = n; k >= 1; k--) {
        j = from[k * width + j];
        begins[j] = true;
    }
}
