# SPDX-License-Identifier: BSD-2-Clause
# Functions of scripts/run and scripts/test: what they need, its packages on each system, and how to
# install them. POSIX sh; sourced by a script that has set $root to the top directory (pwd -P).
# Messages go to stderr, since stdout belongs to portls.

# Exit status of a script that failed before the program ran. portls uses 0 to 4.
STATUS_SCRIPT=125

say()
{
    printf '%s\n' "${0##*/}: $*" >&2
}

die()
{
    say "$@"
    exit "$STATUS_SCRIPT"
}

# What is needed. Columns:
#   group   run (to build the programs), wire (to read captures), screen (of portwatch) or test (to build
#           and run every test)
#   what    its name in messages
#   check   how to find it (see have)
#   then the packages for each system; "-" means the base system has it.
# Debian is tested, and Ubuntu has the same names. The names for Fedora, Arch, Alpine, macOS and
# FreeBSD are untested.
# %CLANG% is the major version of the clang that is installed.
packages_table()
{
    cat <<'TABLE'
run |a C compiler|cc                   |gcc libc6-dev      |gcc glibc-devel    |gcc         |gcc musl-dev linux-headers|-           |-
run |cmake       |cmd:cmake            |cmake              |cmake              |cmake       |cmake             |cmake       |cmake
run |make        |cmd:ninja,make       |ninja-build        |ninja-build        |ninja       |samurai           |ninja       |ninja
run |pkg-config  |cmd:pkg-config       |pkg-config         |pkgconf-pkg-config |pkgconf     |pkgconf           |pkgconf     |pkgconf
run |libbsd      |pc:libbsd-overlay    |libbsd-dev         |libbsd-devel       |libbsd      |libbsd-dev        |-           |-
run |libseccomp  |pc:libseccomp        |libseccomp-dev     |libseccomp-devel   |libseccomp  |libseccomp-dev    |-           |-
wire|libpcap     |pc:libpcap           |libpcap-dev        |libpcap-devel      |libpcap     |libpcap-dev       |-           |-
screen|ncurses   |pc:ncursesw          |libncurses-dev     |ncurses-devel      |ncurses     |ncurses-dev       |-           |-
test|gcc         |cmd:gcc              |gcc libc6-dev      |gcc glibc-devel    |gcc         |gcc musl-dev      |gcc         |gcc
test|clang       |cmd:clang            |clang              |clang              |clang       |clang             |-           |-
test|sanitizers  |san:gcc              |gcc                |libasan libubsan   |gcc         |-                 |gcc         |gcc
test|libFuzzer   |san:clang            |libclang-rt-%CLANG%-dev|compiler-rt    |compiler-rt |compiler-rt       |llvm        |llvm
test|clang-format|cmd:clang-format     |clang-format       |clang-tools-extra  |clang       |clang-extra-tools |clang-format|llvm
test|clang-tidy  |cmd:clang-tidy       |clang-tidy         |clang-tools-extra  |clang       |clang-extra-tools |llvm        |llvm
test|cppcheck    |cmd:cppcheck         |cppcheck           |cppcheck           |cppcheck    |cppcheck          |cppcheck    |cppcheck
test|cmocka      |pc:cmocka            |libcmocka-dev      |libcmocka-devel    |cmocka      |cmocka-dev        |cmocka      |cmocka
test|c-ares      |pc:libcares          |libc-ares-dev      |c-ares-devel       |c-ares      |c-ares-dev        |c-ares      |c-ares
test|port names  |file:/etc/services   |netbase            |setup              |iana-etc    |-                 |-           |-
test|mandoc      |cmd:mandoc           |mandoc             |mandoc             |mandoc      |mandoc            |-           |-
test|jq          |cmd:jq               |jq                 |jq                 |jq          |jq                |jq          |jq
test|ss and ip   |cmd:ss               |iproute2           |iproute            |iproute2    |iproute2          |-           |-
test|netstat     |cmd:netstat          |net-tools          |net-tools          |net-tools   |net-tools         |-           |-
test|jc          |cmd:jc               |jc                 |jc                 |jc          |jc                |-           |-
test|lsof        |cmd:lsof             |lsof               |lsof               |lsof        |lsof              |-           |lsof
test|nft         |cmd:nft              |nftables           |nftables           |nftables    |nftables          |-           |-
test|unshare     |cmd:unshare          |util-linux         |util-linux         |util-linux  |util-linux-misc   |-           |-
test|gawk        |cmd:gawk            |gawk               |gawk               |gawk        |gawk              |gawk        |gawk
test|mawk        |cmd:mawk            |mawk               |mawk               |mawk        |mawk              |mawk        |mawk
test|busybox     |cmd:busybox         |busybox            |busybox            |busybox     |busybox           |-           |-
test|BSD awk     |cmd:original-awk     |original-awk       |-                  |-           |-                 |-           |-
test|bash        |cmd:bash             |bash               |bash               |bash        |bash              |bash        |bash
test|zsh         |cmd:zsh             |zsh                |zsh                |zsh         |zsh               |zsh         |zsh
test|tmux        |cmd:tmux            |tmux               |tmux               |tmux        |tmux              |tmux        |tmux
test|fish        |cmd:fish            |fish               |fish               |fish        |fish              |fish        |fish
TABLE
}

# Prints the column of the table for this machine: 1 is the first after "check".
system_column()
{
    case $(uname -s) in
    Linux)
        if have cmd:apt-get; then echo 1
        elif have cmd:dnf; then echo 2
        elif have cmd:pacman; then echo 3
        elif have cmd:apk; then echo 4
        else echo 0
        fi ;;
    Darwin) echo 5 ;;
    FreeBSD) echo 6 ;;
    *) echo 0 ;;
    esac
}

# sbin has ss and others, and is not in every PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

# compiles COMPILER [FLAG...]: succeeds if it makes a program, with headers and libc.
compiles()
{
    probe=$(mktemp) || return 1
    echo '#include <stdio.h>
#ifdef FUZZ
int LLVMFuzzerTestOneInput(const unsigned char *p, unsigned long n);
int LLVMFuzzerTestOneInput(const unsigned char *p, unsigned long n) { return n && !p; }
#else
int main(void) { return puts("") < 0; }
#endif' | "$@" -x c - -o "$probe" >/dev/null 2>&1
    compiled=$?
    rm -f "$probe"
    return "$compiled"
}

# have CHECK: succeeds if it is installed. cmd:A,B any of the commands; pc:M a pkg-config
# module; cc a working C compiler; san:C the sanitizers of compiler C; file:F a file.
have()
{
    case $1 in
    cmd:*)
        for name in $(echo "${1#cmd:}" | tr , ' '); do
            command -v "$name" >/dev/null && return 0
        done
        return 1 ;;
    file:*) [ -e "${1#file:}" ] ;;
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    cc)
        for name in ${CC:-cc gcc clang}; do
            compiles "$name" && return 0
        done
        return 1 ;;
    san:gcc) compiles gcc -fsanitize=address,undefined ;;
    san:clang) compiles clang -DFUZZ -fsanitize=fuzzer,address,undefined ;;
    esac
}

# missing GROUP: prints a line "what|packages" for each thing that is not installed.
missing()
{
    packages_table | awk -F'[ ]*[|]' -v group="$1" -v column="$column" '
        $1 == group { print $2 "|" $3 "|" (column ? $(3 + column) : "?") }' |
    while IFS='|' read -r what check names; do
        names=$(echo "$names" | sed 's/ *$//')
        # Libraries of the base system are not checked.
        case $check-$names in pc:*--) continue ;; esac
        have "$check" || echo "$what|$names"
    done
}

clang_major()
{
    clang -dumpversion 2>/dev/null | cut -d. -f1
}

# Prints the command that installs packages.
installer()
{
    case $column in
    1) echo apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends ;;
    2) echo dnf install -y ;;
    3) echo pacman -S --needed --noconfirm ;;
    4) echo apk add ;;
    5) echo brew install ;;
    6) echo pkg install -y ;;
    esac
}

# as_root COMMAND...: runs the package manager as root; brew refuses root. Its stdin is empty, since
# the script's may be data for portls.
as_root()
{
    if [ "$column" = 5 ] || [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >&2
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >&2
    fi
}

# install PACKAGE...
install_packages()
{
    command=$(installer)
    if [ "$column" != 5 ] && [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        say "cannot install packages without sudo; run this as root, then try again:"
        die "    $command $*"
    fi
    if [ "$column" = 1 ] && ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1; then
        as_root apt-get -q update || say "apt-get update failed; using the existing package lists"
    fi
    # shellcheck disable=SC2086 # a list of words
    as_root $command "$@" && return 0
    [ "$column" = 1 ] || die "cannot install: $*"
    say "updating the package lists and trying again"
    as_root apt-get -q update || die "apt-get update failed; cannot install: $*"
    # shellcheck disable=SC2086
    as_root $command "$@" || die "cannot install: $*"
}

# need GROUP: installs what the group lacks.
need()
{
    column=$(system_column)
    lacking=$(missing "$1")
    [ -n "$lacking" ] || return 0
    things=$(echo "$lacking" | cut -d'|' -f1 | paste -sd, - | sed 's/,/, /g')
    case $column in
    0) die "missing: $things; unknown package manager: install them and try again" ;;
    [2-6]) say "the package names for this system are untested" ;;
    esac
    packages=$(echo "$lacking" | cut -d'|' -f2 | tr ' ' '\n' | sort -u | grep -v '^-$' || true)
    # The runtime of clang is named after its version, which is known after it is installed.
    late=$(echo "$packages" | grep '%CLANG%' || true)
    packages=$(echo "$packages" | grep -v '%CLANG%' | paste -sd' ' - || true)
    if [ -n "$packages" ]; then
        say "missing: $things"
        say "installing: $packages"
        # shellcheck disable=SC2086 # a list of words
        install_packages $packages
    fi
    if [ -n "$late" ] && ! have san:clang; then
        late=$(echo "$late" | sed "s/%CLANG%/$(clang_major)/")
        say "installing: $late"
        install_packages "$late"
    fi
    lacking=$(missing "$1" | cut -d'|' -f1 | paste -sd, - | sed 's/,/, /g')
    [ -z "$lacking" ] || die "still missing: $lacking; install it and try again"
}

processors()
{
    getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2
}

# configure DIR [CMAKE ARGUMENT...]: configures DIR. Removes a cache of another source directory (the
# tree was moved or copied).
configure()
{
    folder=$1
    shift
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$folder/CMakeCache.txt" 2>/dev/null || true)
    # shellcheck disable=SC2154 # root comes from the script
    [ "$home" = "$root" ] || rm -rf "$folder"
    if [ ! -f "$folder/CMakeCache.txt" ] && command -v ninja >/dev/null; then
        set -- -G Ninja "$@"
    fi
    mkdir -p "$folder" || return 1
    cmake -S "$root" -B "$folder" "$@" >"$folder/log" 2>&1
}
