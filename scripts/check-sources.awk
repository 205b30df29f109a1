# SPDX-License-Identifier: BSD-2-Clause
# The rules of scripts/check-sources. Reads file names, prints breaches.
#
# A comment on the line or the line before it allows a banned word, with the reason:
#   /* check-sources: allow strtoull, a 64-bit cookie does not fit strtonum */

function words(list, value, set,    part, n, i) {
    n = split(list, part, /[ \n]+/)
    for (i = 1; i <= n; i++) if (part[i] != "") set[part[i]] = value
}

# Bans the words of LIST in the files of LAYERS, with a reason.
function ban(layers, list, reason,    layer, part, n, m, i, j) {
    n = split(layers, layer, " ")
    m = split(list, part, /[ \n]+/)
    for (i = 1; i <= n; i++)
        for (j = 1; j <= m; j++) banned[layer[i], part[j]] = reason
}

# A directory below src/ and what it may include. A subdirectory may be a separate room.
function room(name, others,    part, n, i) {
    rooms = rooms " " name
    may[name ">" name] = may[name ">api"] = 1
    n = split(others, part, " ")
    for (i = 1; i <= n; i++) may[name ">" part[i]] = 1
}

BEGIN {
    LINES_MAX = 500
    FUNCTION_MAX = 60
    LICENCE = "SPDX-License-Identifier: BSD-2-Clause"
    # Each room of src/, and the rooms whose headers it may include in addition to its own, api and
    # <portls.h>. The examples include only <portls.h>.
    room("api", "")
    room("model", "")
    room("decode", "model")
    room("attempt", "decode event model")
    room("source", "decode model")
    room("services", "model")
    room("field", "model")
    room("snapshot", "decode model")
    room("filter", "field model snapshot source")
    room("collect", "decode field filter model snapshot source")
    room("explain", "field model snapshot")
    room("event", "collect decode field filter model snapshot source")
    room("view", "field model")
    room("privilege", "model privilege/names")
    room("privilege/names", "model")
    room("as", "cli model privilege/names view")
    room("as/netstat", "as model snapshot view")
    room("as/ss", "as cli filter model snapshot view")
    room("as/windows", "as model view")
    room("cli", "as model privilege privilege/names view")
    room("watch", "cli model privilege screen view")
    room("screen", "cli field model privilege privilege/names source view")
    room("wire", "cli field filter model privilege source view")
    room("kill", "cli decode filter model privilege view")
    room("kill/linux", "decode filter kill model privilege privilege/names source")
    room("examples", "")
    delete may["examples>api"]
    # Rooms of the library, and those of them that make no system call.
    PORTABLE = "attempt collect decode event explain field filter model services snapshot"
    LIBRARY = PORTABLE " source"
    ALL = "include tests" rooms

    # The headers of ISO C17 and POSIX.1-2017. All others belong to a system.
    words("assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h " \
        "locale.h math.h setjmp.h signal.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h " \
        "stdint.h stdio.h stdlib.h stdnoreturn.h string.h tgmath.h threads.h time.h uchar.h " \
        "wchar.h wctype.h", 1, standard)
    words("aio.h arpa/inet.h cpio.h dirent.h dlfcn.h fcntl.h fmtmsg.h fnmatch.h ftw.h glob.h " \
        "grp.h iconv.h langinfo.h libgen.h monetary.h mqueue.h ndbm.h net/if.h netdb.h " \
        "netinet/in.h netinet/tcp.h nl_types.h poll.h pthread.h pwd.h regex.h sched.h search.h " \
        "semaphore.h spawn.h strings.h stropts.h sys/ipc.h sys/mman.h sys/msg.h sys/resource.h " \
        "sys/select.h sys/sem.h sys/shm.h sys/socket.h sys/stat.h sys/statvfs.h sys/time.h " \
        "sys/times.h sys/types.h sys/uio.h sys/un.h sys/utsname.h sys/wait.h syslog.h tar.h " \
        "termios.h trace.h ulimit.h unistd.h utime.h utmpx.h wordexp.h", 1, standard)

    ban(ALL, "sprintf vsprintf", "writes without a limit: snprintf")
    ban(ALL, "strcpy", "writes without a limit: strlcpy")
    ban(ALL, "strcat", "writes without a limit: strlcat")
    ban(ALL, "gets", "writes without a limit: fgets")
    ban(ALL, "atoi atol atoll atof", "cannot tell an error from 0: strtonum")
    ban(ALL, "strtol strtoul strtoll strtoull", "takes blanks, signs and rests: strtonum")
    ban(ALL, "scanf fscanf sscanf vsscanf", "overflows silently: strtonum or the cursor of bytes.c")
    ban(ALL, "strtok", "keeps hidden state: strchr, strcspn")
    ban(ALL, "alloca", "cannot fail cleanly: an array or the arena")
    ban(ALL, "system popen", "runs a shell")
    ban("decode", "malloc calloc realloc reallocarray aligned_alloc posix_memalign free strdup " \
        "strndup asprintf vasprintf getline getdelim", "decoders do not allocate")
    ban(LIBRARY, "printf vprintf puts putchar perror psignal dprintf vdprintf err " \
        "errx warn warnx verr verrx vwarn vwarnx syslog", "the library never prints")
    ban(PORTABLE, "fprintf vfprintf fputs fputc putc fwrite", "the library never prints")
    ban(LIBRARY, "exit _exit _Exit quick_exit abort", "the library never exits")
    # Any use of these, not only calls.
    ban(LIBRARY, "stdout stderr STDOUT_FILENO STDERR_FILENO", "the library never prints")
    ban("include", "FILE", "the public header shows no stdio")
    words("stdout stderr STDOUT_FILENO STDERR_FILENO FILE", 1, any_use)

    words("__linux__ __linux linux __gnu_linux__ __ANDROID__ __APPLE__ __MACH__ __FreeBSD__ " \
        "__FreeBSD_kernel__ __NetBSD__ __OpenBSD__ __DragonFly__ __bsdi__ __unix__ __unix " \
        "unix BSD __sun __CYGWIN__ _WIN32 _WIN64 WIN32 __HAIKU__ _AIX", 1, systems)
}

{ files[++files_n] = $0; known[$0] = 1 }

END {
    for (i = 1; i <= files_n; i++) check(files[i])
    exit breaches > 0
}

function breach(line, text) {
    print file ":" line ": " text
    breaches++
}

# Returns the part of the project that a file belongs to, which decides its include rules.
function layer_of(path,    part, inner) {
    split(path, part, "/")
    inner = part[2] "/" part[3]
    if (part[1] == "src" && (inner ">" inner) in may) return inner
    return part[1] == "src" ? part[2] : part[1]
}

function check(path) {
    file = path
    layer = layer_of(path)
    is_c = path ~ /\.[ch]$/
    if (path ~ /^src\/.*\.[ch]$/ && !((layer ">" layer) in may))
        breach(1, "no room of src/:" rooms)
    read(path)
    if (path ~ TESTED && path !~ /\/options\.c$/ && !generated) {
        test = "tests/unit/" substr(path, 5)
        if (!(test in known)) breach(1, "no unit test: " test " is missing")
    }
}

function read(path,    raw) {
    line = in_comment = in_directive = depth = start = 0
    licensed = generated = is_function = 0
    head = ""
    split("", allowed)
    while ((getline raw < path) > 0) {
        line++
        if (line <= 5) {
            if (index(raw, LICENCE)) licensed = 1
            # The script must exist.
            if (match(raw, /Generated by scripts\/[a-z-]+/) &&
                (substr(raw, RSTART + 13, RLENGTH - 13) in known)) generated = 1
        }
        if (is_c) c_line(raw)
    }
    close(path)
    if (!licensed) breach(1, "no \"" LICENCE "\" in the first five lines")
    if (line > LINES_MAX && !generated)
        breach(line, line " lines: at most " LINES_MAX " a file")
}

function c_line(raw,    code, directive) {
    if (match(raw, /check-sources: allow [A-Za-z_]+, *[^ *]/)) {
        split(substr(raw, RSTART + 21), allow_part, ",")
        allowed[allow_part[1]] = line
    }
    if (!in_comment && !in_directive && raw ~ /^[ \t]*#[ \t]*include[ \t]*[<"]/) {
        include(raw)
        return
    }
    code = strip(raw)
    directive = in_directive || code ~ /^[ \t]*#/
    if (directive) {
        if (!in_directive && code ~ /^[ \t]*#[ \t]*(if|ifdef|ifndef|elif)/) conditional(code)
        in_directive = raw ~ /\\$/
    }
    use_words(code, directive)
    if (directive) return
    if (layer != "tests" && code ~ STATIC_BUFFER && !excused("static"))
        breach(line, "a static buffer: not thread-safe, and never to be returned")
    braces(code)
}

BEGIN {
    # Live tests cover options.
    TESTED = "^src/((attempt|collect|decode|event|field|filter|model|services|snapshot|view)/.*|screen/(group|log|merge|order|paint|rows|units)|as/[a-z]+/[a-z_]*|cli/portname/answer[a-z_]*)\\.c$"
    STATIC_BUFFER = "static[ \t]+((_Thread_local|thread_local|volatile|signed|unsigned)[ \t]+)*" \
        "(char|uint8_t)[ \t]+[A-Za-z_0-9]+[ \t]*\\["
}

# Returns the code of a line: without comments, with empty strings and characters.
function strip(s,    out, i, token, found) {
    out = ""
    while (s != "") {
        if (in_comment) {
            i = index(s, "*/")
            if (!i) return out
            s = substr(s, i + 2)
            in_comment = 0
            out = out " "
        } else {
            if (!match(s, /\/\*|\/\/|["\047]/)) return out s
            out = out substr(s, 1, RSTART - 1)
            token = substr(s, RSTART, RLENGTH)
            s = substr(s, RSTART + RLENGTH)
            if (token == "//") return out
            if (token == "/*") in_comment = 1
            else {
                if (token == "\"") found = match(s, /^([^"\\]|\\.)*"/)
                else found = match(s, /^([^\047\\]|\\.)*\047/)
                if (!found) return out token
                out = out token token
                s = substr(s, RLENGTH + 1)
            }
        }
    }
    return out
}

# Returns the file of this project that an include names, or "".
function resolve(name,    folder, path, i, found, n) {
    folder = file
    sub(/[^\/]*$/, "", folder)
    if ((folder name) in known) return folder name
    while (sub(/^\.\.?\//, "", name));
    if (name in known) return name
    if (("include/" name) in known) return "include/" name
    if (("src/" name) in known) return "src/" name
    for (i = 1; i <= files_n; i++) {
        path = files[i]
        if (path ~ /^src\// && path ~ ("/" name "$") && length(path) > length(name)) return path
    }
    return ""
}

function include(raw,    quoted, name, target, to) {
    quoted = raw ~ /include[ \t]*"/
    name = raw
    sub(/^[^<"]*[<"]/, "", name)
    sub(/[>"].*/, "", name)
    if (name ~ /\.c$/ && layer != "tests") breach(line, "includes a .c file: " name)
    if (name ~ /^bsd\//)
        breach(line, "<" name ">: libbsd comes through libbsd-overlay, as <string.h>, <stdlib.h>")
    else if (!quoted && (name in standard)) {
        if (layer == "decode" && name == "stdio.h") breach(line, "decode uses no stdio: <stdio.h>")
    } else if ((target = resolve(name)) != "") {
        to = layer_of(target)
        if (to != "include" && layer != "tests" && !((layer ">" to) in may))
            breach(line, layer " does not include " to ": " name)
    } else if (!quoted && layer != "tests" && !os_header_ok(name))
        breach(line, "<" name "> is neither ISO C nor POSIX: only src/source includes it")
}

# Outside src/source: the size of the terminal, privileges, and what portkill does to processes and
# sockets.
function os_header_ok(name) {
    return layer == "source" || layer == "kill/linux" || name == "portls.h" ||
        (file == "src/view/terminal.c" && name == "sys/ioctl.h") ||
        (file == "src/screen/tty_curses.c" && (name == "curses.h" || name == "term.h")) ||
        (file == "src/privilege/names/hosts_cares.c" && name == "ares.h") ||
        file ~ /^src\/privilege\/(names\/helper|[a-z_]*)\.c$/
}

function conditional(code,    word) {
    if (layer == "tests") return
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*/)) {
        word = substr(code, RSTART, RLENGTH)
        code = substr(code, RSTART + RLENGTH)
        if (word in systems) {
            breach(line, "#if on a system, " word ": CMake chooses files")
            return
        }
    }
}

function excused(word) {
    return (word in allowed) && line - allowed[word] <= 1
}

# Looks up every word of the line in the bans, except members (reader->exit).
function use_words(code, directive,    word, before, after) {
    before = ""
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*/)) {
        word = substr(code, RSTART, RLENGTH)
        before = substr(code, 1, RSTART - 1)
        code = substr(code, RSTART + RLENGTH)
        if (((layer, word) in banned) && before !~ /(\.|->)[ \t]*$/ &&
            (word in any_use || code ~ /^[ \t]*\(/) && !excused(word))
            breach(line, word ": " banned[layer, word])
    }
}

# Counts braces to measure functions from the first line of the signature to the closing brace. A
# brace in column 1 always closes a function, since branches of #if may open it twice.
function braces(code,    token) {
    if (code ~ /^}/) depth = 1
    while (match(code, /[{};]/)) {
        token = substr(code, RSTART, 1)
        note_head(substr(code, 1, RSTART - 1))
        code = substr(code, RSTART + 1)
        if (token == "{") open_brace()
        else if (token == "}") close_brace()
        else if (depth == 0) head = ""
    }
    note_head(code)
}

function note_head(text) {
    if (depth > 0 || text !~ /[^ \t]/) return
    if (head == "") start = line
    head = head " " text
}

function open_brace() {
    if (depth == 0) {
        if (head ~ /^[ \t]*extern[ \t]*""[ \t]*$/) { head = ""; return }
        is_function = head ~ /\(/ && head !~ /=/ &&
            head !~ /^[ \t]*((static|const|typedef)[ \t]+)*(struct|union|enum)[ \t]+[A-Za-z_0-9]*[ \t]*(__attribute__.*)?$/
        function_name = head
        sub(/[ \t]*\(.*/, "", function_name)
        sub(/.*[^A-Za-z_0-9]/, "", function_name)
    }
    depth++
}

function close_brace(    lines) {
    if (depth > 0 && --depth > 0) return
    lines = line - start + 1
    if (is_function && lines > FUNCTION_MAX && !generated)
        breach(start, function_name ": " lines " lines: at most " FUNCTION_MAX " a function")
    is_function = 0
    head = ""
}
