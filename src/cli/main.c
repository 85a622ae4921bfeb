#include <stdio.h>

int main(void)
{
    (void)fputs("safecount: not built yet\n", stderr);
    return 1;
}
