# bash completion for portls, portname, portwatch, portwire and portkill; printed by --completion bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Options come from --help, words from portls --list-words, values from the open sockets. Names
# of processes are never passed to "compgen -W", which would execute a $(...) in them. readline
# treats "=" and ":" as separate words.

# _portls_offer [HEAD]: the lines of standard input that begin with the word typed after HEAD
_portls_offer() {
    local line head=${1-}
    while IFS= read -r line; do
        [[ $line == "${cur#"$head"}"* ]] || continue
        printf -v line %q "$line"
        COMPREPLY+=("$head$line")
    done
}

# _portls_kinds KIND...: the words of these kinds, without operators such as "="; of the options of
# $words, or of portls
_portls_kinds() {
    "${words:-portls}" --list-words 2>/dev/null | awk -F '\t' -v kinds=" $* " '
        index(kinds, " " $1 " ") && $2 ~ /^[a-z]/ && !seen[$2]++ { print $2 }'
}

# _portls_used COLUMNS [OPTION...]: their current values
_portls_used() {
    local none='^$'
    [[ $1 == *port* ]] && none='^0*$'
    portls -H --tsv --columns "$@" 2>/dev/null | tr '\t;' '\n\n' | grep -v -e "$none" -e : |
        LC_ALL=C sort -u
}

# _portls_options COMMAND: prints "OPTION ARGUMENT" lines, from --help
_portls_options() {
    "$1" --help 2>/dev/null | awk '/^ +-/ {
        argument = $0
        if (!sub(/^ +(-., )?--[a-z0-9-]+=/, "", argument)) argument = ""
        sub(/ .*/, "", argument)
        for (i = 1; i <= NF && $i ~ /^-/; i++) { sub(/[,=[].*/, "", $i); print $i, argument }
    }'
}

# _portls_value COMMAND OPTION: values of the option; fails if it takes none
_portls_value() {
    local option argument='' head=
    while read -r option argument; do
        [[ $option == "$2" ]] && break
    done < <(_portls_options "$1")
    case $argument in
    LIST | KEY*)
        [[ $cur == *,* ]] && head=${cur%,*},
        if [[ $argument == LIST ]]; then
            _portls_offer "$head" < <(_portls_kinds column)
        else
            [[ ${cur#"$head"} == -* ]] && head=$head-
            _portls_offer "$head" < <(echo none; _portls_kinds column)
        fi ;;
    DIR | FILE)
        compopt -o filenames 2>/dev/null
        if [[ $argument == DIR ]]; then option=-d; else option=-f; fi
        mapfile -t COMPREPLY < <(compgen "$option" -- "$cur") ;;
    NS) _portls_offer < <([[ ${1##*/} == portkill ]] || echo all
        ls /run/netns 2>/dev/null; _portls_used container -N all) ;;
    USER) _portls_offer < <(compgen -u) ;;
    INTERFACE) _portls_offer < <(ls /sys/class/net 2>/dev/null) ;;
    WORD | '') return 1 ;;
    *)
        [[ ${1##*/} == portwatch ]] && local words=$1
        _portls_offer < <(_portls_kinds "$2") ;;
    esac
}

# _portls_filter: keywords of a filter, and values after some of them
_portls_filter() {
    case $prev in
    state | exclude | excl) _portls_kinds filter_state ;;
    proto | family | type | reach | place | class | owner_unknown) _portls_kinds "$prev" ;;
    port | :) _portls_used local_port,peer_port ;;
    sport) _portls_used local_port ;;
    dport) _portls_used peer_port ;;
    src | local) _portls_used local_address ;;
    dst | peer) _portls_used peer_address ;;
    host | address) _portls_used local_address,peer_address ;;
    dev) _portls_used interface ;;
    local_port | peer_port | local_address | peer_address | interface | scope | uid | user | \
        inode | service | peer_service | common | use | pid | fd | process | command | exe | \
        process_uid | started | cgroup | container | container_id | runtime | image | pod | \
        pod_namespace | unit | translated | published | published_by | published_process | published_container) \
        _portls_used "$prev" ;;
    *)
        [[ $COMP_CWORD != 1 ]] || _portls_kinds command
        _portls_kinds grammar proto family filter_state field ;;
    esac
}

_portls() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} IFS=$' \t\n'
    local command=$1 program=${1##*/}
    if [[ $program == portls && $COMP_CWORD -ge 2 ]]; then
        case ${COMP_WORDS[1]} in
        watch | events | wait) program=portwatch ;;
        wire | kill) program=port${COMP_WORDS[1]} ;;
        esac
        [[ $program == portls ]] || command=$program
    fi
    COMPREPLY=()
    case $cur in = | '!=' | '<' | '>' | '<=' | '>=') cur= ;; esac
    case $prev in
    = | == | '!=' | '<' | '>' | '<=' | '>=' | eq | ne | neq | lt | gt | le | leq | ge | geq)
        [[ $COMP_CWORD -ge 2 ]] && prev=${COMP_WORDS[COMP_CWORD-2]} ;;
    esac
    [[ $prev == -* ]] && _portls_value "$command" "$prev" && return
    case $program:$cur in
    *:-*) _portls_offer < <(_portls_options "$command" | cut -d ' ' -f 1) ;;
    portname:[a-zA-Z]*) _portls_offer < <(portname --tsv -H --search "$cur" 2>/dev/null |
        cut -f 3 | LC_ALL=C sort -u) ;;
    portwire:*)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    portname:* | portls:: | portkill::)
        [[ $cur == : ]] && cur=
        _portls_offer < <(_portls_used local_port,peer_port) ;;
    *) _portls_offer < <(_portls_filter) ;;
    esac
}
complete -F _portls portls portname portwatch portwire portkill
