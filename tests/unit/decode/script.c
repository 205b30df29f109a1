/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include "decode/decode.h"

/* Arguments with their NULs; want NULL: nothing. */
#define WORDS(literal) literal, sizeof(literal)

static const struct {
    const char *words;
    size_t len;
    const char *want;
} cases[] = {
    {WORDS("python3\0app.py"), "app.py"},
    {WORDS("/usr/bin/python3.11\0-u\0/srv/a b/app.py\0-c\0x"), "app.py"},
    {WORDS("python3\0-m\0http.server\0008000"), "http.server"},
    {WORDS("python3\0-Im\0http.server"), "http.server"},
    {WORDS("python3\0-mhttp.server"), "http.server"},
    {WORDS("python3\0-c\0import os"), NULL},
    {WORDS("python3\0-Ic\0import os"), NULL},
    {WORDS("python3\0-cimport os"), NULL},
    {WORDS("python3\0-X\0dev\0-Wonce\0-W\0x\0a.py"), "a.py"},
    {WORDS("python3\0-"), NULL},
    {WORDS("python3\0--\0-odd.py"), "-odd.py"},
    {WORDS("python3"), NULL},
    {WORDS("python3\0"), NULL},
    {WORDS("python3\0."), NULL},
    {WORDS("python3\0-m"), NULL},
    {WORDS("python3\0-X"), NULL},
    {WORDS("pythonista\0app.py"), NULL},
    {WORDS("nginx\0app.py"), NULL},
    {WORDS("3.11\0app.py"), NULL},
    {WORDS("\0app.py"), NULL},
    {WORDS("java\0-Xmx1g\0-Da=b\0-jar\0/opt/jenkins.war\0x"), "jenkins.war"},
    {WORDS("java\0-cp\0a.jar:b\0kafka.Kafka\0x"), "Kafka"},
    {WORDS("java\0-m\0mod/org.example.Main"), "Main"},
    {WORDS("java\0Main.java"), "Main.java"},
    {WORDS("java\0@args\0Main"), NULL},
    {WORDS("java\0-version"), NULL},
    {WORDS("node\0--inspect\0--require\0x.js\0/srv/index.js"), "index.js"},
    {WORDS("node\0-e\0code"), NULL},
    {WORDS("nodejs\0inspect\0a.js"), "a.js"},
    {WORDS("perl5.36.0\0-w\0-I\0lib\0-MFoo::e\0/usr/bin/starman"), "starman"},
    {WORDS("perl\0-ne\0code"), NULL},
    {WORDS("perl\0-E\0code"), NULL},
    {WORDS("ruby3.1\0-rjson\0-I\0lib\0puma"), "puma"},
    {WORDS("php8.2\0-S\0localhost:80\0-t\0public\0router.php"), "router.php"},
    {WORDS("php\0artisan\0serve"), "artisan"},
    {WORDS("php\0-r\0code"), NULL},
    {WORDS("sh\0-eo\0pipefail\0/etc/x/run"), "run"},
    {WORDS("bash\0-lc\0exec x"), NULL},
    {WORDS("bash\0+x\0/srv/f.sh"), "f.sh"},
    {WORDS("bash\0+o\0posix\0-x\0+eO\0extglob\0/srv/f.sh"), "f.sh"},
    {WORDS("zsh\0+o\0posix"), NULL},
    {WORDS("python3\0+x"), "+x"},
    {WORDS("deno\0run\0-A\0main.ts"), "main.ts"},
    {WORDS("deno\0eval\0code"), NULL},
    {WORDS("dotnet\0exec\0/srv/App.dll"), "App.dll"},
    {WORDS("python3\0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    {WORDS("python3\0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), NULL},
    {WORDS("python3\0a\x1b\xff.py"), "a\x1b\xff.py"},
};

static void scripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_slice words = {.data = (const uint8_t *)cases[i].words,
                                       .len = cases[i].len};
        const struct pl_text got = pl_decode_script(words);
        char text[128] = "";

        assert_int_equal(got.data != NULL, cases[i].want != NULL);
        if (!got.data)
            continue;
        memcpy(text, got.data, got.len);
        assert_string_equal(text, cases[i].want);
    }
}

/* A command line that was truncated before the NUL of the script. */
static void truncated(void **state)
{
    static const char words[] = "python3\0app.py";

    (void)state;
    for (size_t len = 0; len <= sizeof(words); len++) {
        const struct pl_slice part = {.data = (const uint8_t *)words, .len = len};

        assert_int_equal(pl_decode_script(part).len, len == sizeof(words) ? 6 : 0);
    }
}

TEST_MAIN(TEST(scripts), TEST(truncated))
