# SPDX-License-Identifier: BSD-2-Clause
# bash: the function is called as readline calls it. "=" and ":" break words.
folder=a-folder
colon=
quoted='\$\(\>evil\)'

asked() {
    bash --norc -c '
        . ./portls.bash
        . ./portname.bash
        . ./portwatch.bash
        . ./portwire.bash
        . ./portkill.bash
        shopt -s extglob
        line=$1
        # Words as readline breaks them, each sign of COMP_WORDBREAKS a word of its own.
        COMP_WORDS=()
        while [ -n "$line" ]; do
            case $line in
            " "*) line=${line##+( )}; [ -n "$line" ] || COMP_WORDS+=("") ;;
            [=:]*) COMP_WORDS+=("${line:0:1}"); line=${line:1} ;;
            *) word=${line%%[ =:]*}; COMP_WORDS+=("$word"); line=${line#"$word"} ;;
            esac
        done
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$1 COMP_POINT=${#1}
        command=$(complete -p "${COMP_WORDS[0]}") || exit 1
        command=${command##*-F }
        COMPREPLY=()
        "${command%% *}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" \
            "${COMP_WORDS[COMP_CWORD - 1]}"
        [ ${#COMPREPLY[@]} = 0 ] || printf "%s\n" "${COMPREPLY[@]}"
    ' bash "$1"
}
