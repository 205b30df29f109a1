# SPDX-License-Identifier: BSD-2-Clause
# The part of scripts/check-docs that compares the keywords, columns, exit statuses and environment
# variables of the programs and their sources with the manual pages, --help, the README and the
# completions. check-docs sources this file; it sets $root, $build and $work.
# shellcheck shell=sh disable=SC2154

# ---- words ----------------------------------------------------------------------------------------

# Prints the words of one kind that the program knows, one per line.
words_of()
{
    awk -F'\t' -v kind="$1" '$1 == kind { print $2 }' "$work/words-list" | LC_ALL=C sort -u
}

# Prints the words of kind $2 between the marks of file $1: in a manual page the arguments of Cm, or
# the quoted words of a grammar; in Markdown the words in backquotes.
marked()
{
    awk -v kind="$2" '
    function put(word) { if (word != "") print word }
    { mark = $0; sub(/^ +/, "", mark) }
    mark == ".\\\" words: " kind || mark == "<!-- words: " kind " -->" { on = 1; next }
    mark ~ /^\.\\" end of words/ || mark == "<!-- end of words -->" { on = 0 }
    !on { next }
    FILENAME ~ /\.md$/ {
        n = split($0, part, "`")
        for (i = 2; i <= n; i += 2) put(part[i])
        next
    }
    /^\./ {
        arguments = 0
        for (i = 1; i <= NF; i++) {
            if ($i ~ /^\.?[A-Z][a-z]$/) arguments = $i ~ /Cm$/
            else if (arguments && $i !~ /^[,.;:]$/) put($i)
        }
        next
    }
    {
        while (match($0, /"[^"]+"|\047"\047/)) {
            put(substr($0, RSTART + 1, RLENGTH - 2))
            $0 = substr($0, RSTART + RLENGTH)
        }
    }' "$1" | LC_ALL=C sort -u
}

# same PAGE PROGRAM WANTED HAS: reports each difference between the sorted lists WANTED and HAS.
same()
{
    [ -s "$3" ] || differ "$2: no words found"
    LC_ALL=C comm -3 "$3" "$4" | awk -F'\t' -v where="$1" -v program="$2" '
        $1 != "" { print where " lacks " $1 " of " program }
        $1 == "" { print where " has " $2 ", unknown to " program }' >"$work/lines"
    [ ! -s "$work/lines" ] || differ "$(cat "$work/lines")"
}

# check_marked FILE KIND: compares the words between the marks with those of the program.
check_marked()
{
    words_of "$2" >"$work/wanted"
    # The characters of patterns and quotes in the grammar are not keywords.
    marked "$root/$1" "$2" | grep -vx "[]['\"*/:@%i46-]" >"$work/has"
    same "$1, words of $2," "the program" "$work/wanted" "$work/has"
}

# Compares the two lists of portls(1): columns that are not fields, and fields that are not columns.
check_fields()
{
    words_of column >"$work/columns"
    words_of field >"$work/fields"
    for kind in 'not a field' 'only a field'; do
        case $kind in
        not*) LC_ALL=C comm -23 "$work/columns" "$work/fields" >"$work/wanted" ;;
        *) LC_ALL=C comm -13 "$work/columns" "$work/fields" >"$work/wanted" ;;
        esac
        marked "$root/man/portls.1" "$kind" >"$work/has"
        same "man/portls.1, $kind," "the program" "$work/wanted" "$work/has"
    done
}

# Compares the lists of words.c with the tables in the sources that they repeat.
check_sources()
{
    cat "$root"/src/filter/*.c |
        grep -oE '\{"[^"]*", PL_(TOKEN|OP|SIDE|FAMILY)_|pl_token_is(_word)?\([^"]*"[^"]*"' |
        grep -o '"[^"]*"' | tr -d '"' | LC_ALL=C sort -u >"$work/has"
    words_of grammar >"$work/wanted"
    same "src/filter/*.c" "words.c" "$work/wanted" "$work/has"
    grep -oE '\[PL_SERVICE_[A-Z]+\] = "[^"]*"' "$root/src/services/service.c" |
        grep -o '"[^"]*"' | tr -d '"' | LC_ALL=C sort -u >"$work/has"
    words_of class >"$work/wanted"
    same "src/services/service.c" "words.c" "$work/wanted" "$work/has"
    # --list-columns and --list-words list the same columns.
    "$build/portls" --list-columns | cut -f1 | LC_ALL=C sort >"$work/has"
    words_of column >"$work/wanted"
    same "--list-columns" "--list-words" "$work/wanted" "$work/has"
    # Every format but the table has an option.
    words_of format | grep -v '^table$' | sed 's/^/--/' >"$work/wanted"
    "$build/portls" --help | help_options | tr ' ' '\n' |
        grep -xE -e "--(json|jsonl|[ct]sv|markdown|pids|ndjson|xml|yaml)" | LC_ALL=C sort >"$work/has"
    same "portls --help, formats," "the program" "$work/wanted" "$work/has"
}

# ---- columns --------------------------------------------------------------------------------------

# The manual page whose list of columns is generated from --list-columns.
COLUMNS_PAGE=man/portls-columns.7

# Prints that list.
columns_section()
{
    "$build/portls" --list-columns | awk -F'\t' '
    BEGIN {
        n = split("|--json|-p|-e|-r|-i|-m|-o|-Z|--peers|--queues|-N|--columns", order, "|")
        title[""] = "Columns of every table"
        title["--json"] = "Columns added by JSON, CSV and TSV"
        title["--columns"] = "Columns printed only by Fl -columns"
    }
    {
        # The unit is omitted if the meaning contains it.
        unit = $3 == "-" || " " $5 " " ~ "[ (]" $3 "[ ,;)]" ? "" : " (" $3 ")"
        help[$4, ++count[$4]] = $5 unit; name[$4, count[$4]] = $1
    }
    # Prints text in lines of at most 76 columns.
    function fill(text,    i, words, word, line) {
        words = split(text, word, " ")
        line = word[1]
        for (i = 2; i <= words; i++) {
            if (length(line) + 1 + length(word[i]) > 76) { print line; line = word[i] }
            else line = line " " word[i]
        }
        print line
    }
    END {
        for (i = 1; i <= n; i++) {
            option = order[i]
            if (!count[option]) continue
            print ".Ss " (option in title ? title[option] : "Columns added by Fl " substr(option, 2))
            print ".Bl -tag -width 16n -compact"
            for (j = 1; j <= count[option]; j++) {
                print ".It Cm " name[option, j]
                fill(help[option, j])
            }
            print ".El"
            delete count[option]
        }
        for (option in count) print "no title for the columns of " option
    }'
}

# Prints the lines between the marks of the list in file $1.
columns_written()
{
    awk '/^\.\\" end of columns/ { on = 0 } on { print } /^\.\\" columns$/ { on = 1 }' "$1"
}

check_columns()
{
    columns_section >"$work/wanted"
    columns_written "$root/$COLUMNS_PAGE" >"$work/has"
    diff "$work/wanted" "$work/has" >"$work/lines" ||
        differ "$COLUMNS_PAGE differs from --list-columns; run scripts/check-docs --write:
$(grep '^[<>]' "$work/lines" | head -n 5)"
}

write_columns()
{
    columns_section >"$work/section"
    [ -s "$work/section" ] || return 1
    awk -v section="$work/section" '
        /^\.\\" end of columns/ { on = 0 }
        !on { print }
        /^\.\\" columns$/ { on = 1; while ((getline line <section) > 0) print line }
        ' "$root/$COLUMNS_PAGE" >"$work/page-new"
    cat "$work/page-new" >"$root/$COLUMNS_PAGE"
}

# ---- explanations ---------------------------------------------------------------------------------

# The lists that are generated from the third column of --list-words: "PAGE KIND", and the program if it is not
# portls.
EXPLAINED='portls.1 state
portls.1 owner_unknown
portls.1 reach
portls-columns.7 place
portls-columns.7 class
portls-columns.7 queue_remark
portls-columns.7 association
portls-columns.7 timer
portls-columns.7 ca_state
portls-columns.7 shutdown
portwire.1 verdict portwire'

# Prints the list of kind $1 of program $2 in mdoc.
explained_list()
{
    "$build/$2" --list-words | awk -F'\t' -v kind="$1" '
    function fill(text,    i, words, word, line) {
        words = split(text, word, " ")
        line = word[1]
        for (i = 2; i <= words; i++) {
            if (length(line) + 1 + length(word[i]) > 78 || line ~ /[.]$/) {
                put(line)
                line = word[i]
            } else line = line " " word[i]
        }
        put(line)
    }
    # A line may not start with a control character of roff.
    function put(line) { sub(/^[.\047]/, "\\\\\\&&", line); print line }
    BEGIN { print ".Bl -tag -width 16n" }
    $1 == kind && $3 != "" && !seen[$2]++ { print ".It Cm " $2; fill($3) }
    END { print ".El" }'
}

# check_explained write|check: compares each list with the table of the program, or rewrites it.
check_explained()
{
    echo "$EXPLAINED" | while read -r page kind program; do
        explained_list "$kind" "${program:-portls}" >"$work/section"
        awk -v section="$work/section" -v mark=".\\\\\" words: $kind" '
            /^\.\\" end of words/ { on = 0 }
            !on { print }
            $0 == mark { on = 1; while ((getline line <section) > 0) print line }
            ' "$root/man/$page" >"$work/page-new"
        if [ "$1" = write ]; then
            cat "$work/page-new" >"$root/man/$page"
        else
            diff "$work/page-new" "$root/man/$page" >"$work/diff-explained" ||
                echo "man/$page, words of $kind: differ from --list-words; run scripts/check-docs --write:
$(grep '^[<>]' "$work/diff-explained" | head -n 5)"
        fi
    done >"$work/explained-lines"
    [ ! -s "$work/explained-lines" ] || differ "$(cat "$work/explained-lines")"
}

# ---- exit statuses and the environment -------------------------------------------------------------

# Prints the exit statuses of src/cli/status.h, one "EXIT_NAME NUMBER" per line.
statuses()
{
    sed -n 's/^ *\(EXIT_[A-Z]*\) = \([0-9]*\),.*/\1 \2/p' "$root/src/cli/status.h"
}

# check_status PROGRAM FILE...: compares the exit statuses that the files use with those in --help
# and in the manual page.
check_status()
{
    program=$1
    shift
    statuses | while read -r name number; do
        (cd "$root/src/cli" && cat "$@") | grep -qw "$name" && echo "$number"
    done | LC_ALL=C sort -u >"$work/wanted"
    set -- "$program"
    "$build/$1" --help | awk '
        /^exit status:/ { on = 1; sub(/^exit status:/, ",") }
        on { text = text " " $0 }
        END {
            n = split(text, part, ",")
            for (i = 2; i <= n; i++) if (match(part[i], /^ *[0-9]+ /)) print part[i] + 0
        }' | LC_ALL=C sort -u >"$work/has"
    same "$1 --help, exit status," "src/cli/status.h" "$work/wanted" "$work/has"
    awk '/^\.Sh/ { on = $2 == "EXIT" } on && $1 == ".It" { print $2 }' "$root/man/$1.1" |
        LC_ALL=C sort -u >"$work/has"
    same "man/$1.1, EXIT STATUS," "src/cli/status.h" "$work/wanted" "$work/has"
}

check_environment()
{
    find "$root/src" -name '*.c' ! -path '*/src/kill/*' -exec grep -hoE '\b(getenv|is_set)\("[A-Z_]+"\)' {} + |
        grep -oE '[A-Z_]{2,}' | LC_ALL=C sort -u >"$work/wanted"
    "$build/portls" --help | awk '
        /^[^ ]/ { on = /^environment:/ }
        on { while (match($0, /[A-Z][A-Z_]+/)) {
                print substr($0, RSTART, RLENGTH); $0 = substr($0, RSTART + RLENGTH) } }' |
        LC_ALL=C sort -u >"$work/has"
    same "portls --help, environment," "the source" "$work/wanted" "$work/has"
    awk '/^\.Sh/ { on = $2 == "ENVIRONMENT" } on && $1 == ".It" && $2 == "Ev" { print $3 }' \
        "$root/man/portls.1" | LC_ALL=C sort -u >"$work/has"
    same "man/portls.1, ENVIRONMENT," "the source" "$work/wanted" "$work/has"
}

# ---- completions ----------------------------------------------------------------------------------

# values SHELL: prints what the script of a shell completes after a word of a filter, one
# "WORD kind|used LIST" per line. The script gets everything else from the programs.
values()
{
    sed -e ':a' -e '/\\$/{N;s/ *\\\n */ /;ba' -e '}' "$root/scripts/completion/portls.$1" | awk '
    /^ +case [a-z_ ]+$/ { words = $0; sub(/^ +case /, "", words); next }
    /^ +[a-z_|: ]+\) _portls_[a-z]+ / { words = $0; sub(/\).*/, "", words) }
    words != "" && match($0, /_portls_(kinds|words|used) [^;]*/) {
        list = substr($0, RSTART, RLENGTH)
        how = list ~ /_used / ? "used" : "kind"
        sub(/^[a-z_]+ /, "", list); sub(/ +$/, "", list)
        n = split(words, word, /[ |]+/)
        for (i = 1; i <= n; i++)
            if (word[i] ~ /^[a-z]/) print word[i], how, list ~ /\$/ ? word[i] : list
    }
    { words = "" }' | LC_ALL=C sort -u
}

# Checks that all scripts complete the same, and that each word, kind and column exists.
check_completions()
{
    values bash >"$work/values-bash"
    for shell in zsh fish; do
        values "$shell" >"$work/has"
        same "completion for $shell, values," "the one for bash" "$work/values-bash" "$work/has"
    done
    cut -f 1 "$work/words-list" | LC_ALL=C sort -u >"$work/kinds"
    words_of column >"$work/columns"
    { words_of grammar; words_of field; } | LC_ALL=C sort -u >"$work/words"
    while read -r word how list; do
        grep -qxF -e "$word" "$work/words" || differ "completions: $word: there is no such word"
        case $how in kind) known=kinds ;; *) known=columns ;; esac
        for one in $(echo "$list" | tr , ' '); do
            grep -qxF -e "$one" "$work/$known" || differ "completions: $one is not one of the $known"
        done
    done <"$work/values-bash"
    for option in as color source owners completion; do
        words_of "--$option" >"$work/wanted"
        page_argument "$option" >"$work/has"
        same "man/portls.1, words of --$option," "the program" "$work/wanted" "$work/has"
    done
}

# Prints the arguments of option $1 that portls(1) lists: the arguments of Cm in its item.
page_argument()
{
    awk -v option="-$1" '
        /^\.(It|El|Pp)/ { on = 0; for (i = 1; i <= NF; i++) if ($i == option) on = 1; next }
        on && $1 == ".Cm" { for (i = 2; i <= NF; i++) if ($i ~ /^[a-z]+$/) print $i }
        ' "$root/man/portls.1" | LC_ALL=C sort -u
}

# ---- the README -----------------------------------------------------------------------------------

# Prints the values of options in the README, one "OPTION VALUE" per line.
readme_values()
{
    tr '`' '\n' <"$root/README.md" | grep -E '(^|[ $])portls ' | awk '{
        for (i = 1; i <= NF; i++) {
            value = ""
            if ($i ~ /^--(columns|sort|group-by|as|color|source|owners|completion)=/) {
                option = $i; sub(/=.*/, "", option); value = $i; sub(/^[^=]*=/, "", value)
            } else if ($i ~ /^--(columns|sort|group-by|as|color|source|owners|completion)$/) {
                option = $i; value = $(i + 1)
            }
            n = split(value, part, ",")
            for (j = 1; j <= n; j++) { sub(/^-/, "", part[j]); print substr(option, 3), part[j] }
        }
    }'
}

check_readme()
{
    for kind in format proto exit; do
        case $kind in
        exit) statuses | cut -d ' ' -f 2 | LC_ALL=C sort -u >"$work/wanted" ;;
        *) words_of "$kind" >"$work/wanted" ;;
        esac
        marked "$root/README.md" "$kind" >"$work/marked"
        # The list contains options as well.
        case $kind in
        exit) grep -x "[0-9]*" "$work/marked" >"$work/has" || true ;;
        *) cat "$work/marked" >"$work/has" ;;
        esac
        same "README.md, words of $kind," "the program" "$work/wanted" "$work/has"
    done
    readme_values | LC_ALL=C sort -u >"$work/values"
    while read -r option value; do
        case $option in
        columns | sort | group-by) words_of column >"$work/has" ;;
        *) words_of "--$option" >"$work/has" ;;
        esac
        grep -qxF -e "$value" "$work/has" || [ "$option $value" = "sort none" ] ||
            differ "README.md: --$option $value: there is no such word"
    done <"$work/values"
}

# ---- plain English --------------------------------------------------------------------------------

# Expressions that readers had to read twice, and a plain one with the reason: "PATTERN<TAB>INSTEAD".
PLAIN='folders?	directory: the term of POSIX
whoever	a user, a program: a sentence needs a subject
(pass|passed|passes) over	ignore, skip
put aside|had back|made anew|taken apart	save, recover, redraw, split: one verb
(is|are|was|were) asked for	requested
nobody can tell|who can tell	cannot be evaluated, is not reported
(wins|win) over	takes precedence over
(one|object|socket|listener|name|line) a line	per line
as long as it is the only	unambiguous
gives? way|lets? be	is hidden first, ignores
as fingers type|a riddle	no figures of speech
the other end of whom|whose it is	the peer, the owner: name the thing'

# The same for comments of the sources.
PLAIN_COMMENTS='behind	after, past: of text and offsets
says?|asks|tells?|told|wants?	reports, requires: code does not talk
of (its|their|our) own	separate, or nothing
anew|as ever|by itself	again, or nothing
we|our|ours	portls, the library: a reader cannot know who is meant
what is (known|left|there|not)	a noun: the known names, the rest
takes? (it|them|these) for	treats as'

# Prints the comments of C files, each line after its file and line number.
comments()
{
    awk '
    FNR == 1 { inside = 0 }
    !inside { if (!match($0, /(^|[ \t])\/\*/)) next; $0 = substr($0, RSTART) }
    { inside = !index($0, "*/"); print FILENAME ":" FNR ": " $0 }' "$@"
}

# Looks for these expressions in --help, the manual pages, the documents for users and the comments of
# the sources, and in manual pages for sentences without a noun as subject, such as "What the kernel
# lacks is skipped".
check_plain()
{
    for program in portls portname portwatch portwire portkill; do
        [ ! -x "$build/$program" ] || "$build/$program" --help >"$work/$program --help" 2>&1 || :
    done
    (cd "$root" && grep -nE '^(What|Where) .*[^?:]$' man/*.[1-9]) |
        sed 's/$/ (instead: the subject first)/' >"$work/lines"
    echo "$PLAIN" | while IFS='	' read -r pattern instead; do
        for file in "$root"/man/*.[1-9] "$root"/README.md "$root"/.github/*.md \
            "$root"/data/CHANGELOG.md "$work"/*" --help"; do
            [ ! -f "$file" ] || grep -niwE "$pattern" "$file" |
                sed "s|^|${file##*/}:|; s|\$| (instead: $instead)|"
        done
    done >>"$work/lines"
    # shellcheck disable=SC2046 # names of sources have no blanks
    (cd "$root" && comments $(find include src -name '*.[ch]' | LC_ALL=C sort)) >"$work/comments"
    printf '%s\n' "$PLAIN" "$PLAIN_COMMENTS" | while IFS='	' read -r pattern instead; do
        grep -iE ":[0-9]+:.*[^[:alnum:]_]($pattern)([^[:alnum:]_]|\$)" "$work/comments" |
            sed "s|\$| (instead: $instead)|"
    done >>"$work/lines"
    [ ! -s "$work/lines" ] || differ "$(cat "$work/lines")"
}

check_words()
{
    "$build/portls" --list-words >"$work/words-list"
    check_sources
    for kind in format proto family type state owner_unknown reach place class note \
        filter_state grammar; do
        check_marked man/portls.1 "$kind"
    done
    check_marked man/portls.1 command
    check_marked man/portname.1 class
    check_fields
    check_columns
    check_explained check
    for kind in place class queue_remark association timer ca_state shutdown; do
        check_marked man/portls-columns.7 "$kind"
    done
    check_environment
    check_status portls status.h
    check_status portname portname/portname.c portname/lookup.c
    check_completions
    check_readme
}
