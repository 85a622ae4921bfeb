/* safecount.h - the whole library's public face in one include. */
#ifndef SAFECOUNT_SAFECOUNT_H
#define SAFECOUNT_SAFECOUNT_H

#include "safecount/answer.h"
#include "safecount/classify.h"
#include "safecount/count.h"
#include "safecount/dictionary.h"
#include "safecount/request.h"
#include "safecount/status.h"
#include "safecount/table.h"

#endif
