#compdef portls portname portwatch portwire portkill
# SPDX-License-Identifier: BSD-2-Clause
# zsh completion for portls, portname, portwatch, portwire and portkill; printed by --completion zsh
#
# Options come from --help, words from portls --list-words, values from the open sockets.

# _portls_kinds KIND...: stores the words of these kinds in reply, without operators such as "="; of
# options, those of the command
_portls_kinds() {
    local source=portls
    [[ $service == portwatch && $1 == --* ]] && source=portwatch
    reply=(${(f)"$($source --list-words 2>/dev/null | awk -F '\t' -v kinds=" $* " '
        index(kinds, " " $1 " ") && $2 ~ /^[a-z]/ && !seen[$2]++ { print $2 }')"})
}
_portls_words() { local -a reply; _portls_kinds "$@"; compadd -a reply; }
_portls_columns() {
    local -a reply; _portls_kinds column
    compset -P '*,'; compadd -S '' -a reply
}
_portls_sort() {
    local -a reply; _portls_kinds column
    compset -P '*,'; compset -P '-'; compadd -S '' -- none $reply
}
# _portls_used COLUMNS [OPTION...]: their current values
_portls_used() {
    local -a used
    used=(${(f)"$(portls -H --tsv --columns $@ 2>/dev/null | tr '\t;' '\n\n' |
        LC_ALL=C sort -u)"})
    [[ $1 == *port* ]] && used=(${used:#0})
    compadd -a used
}
_portls_netns() {
    local -a names
    names=(${(f)"$(ls /run/netns 2>/dev/null)"})
    [[ $service == portkill ]] || names+=all
    compadd -a names
    _portls_used container -N all
}
# Operands: portls has a filter, portname names and ports, portwire files.
_portls_filter() {
    local before=${words[CURRENT-1]}
    local -a names
    if [[ $service == portwire ]]; then
        _files
        return
    fi
    if [[ $service == portname ]]; then
        if [[ $PREFIX == [a-zA-Z]* ]]; then
            names=(${(f)"$(portname --tsv -H --search $PREFIX 2>/dev/null | cut -f 3)"})
            compadd -a names
        else
            _portls_used local_port,peer_port
        fi
        return
    fi
    case $before in
    [=!'<>']*|eq|ne|neq|lt|gt|le|leq|ge|geq) (( CURRENT > 2 )) && before=${words[CURRENT-2]} ;;
    esac
    case $before in
    state|exclude|excl) _portls_words filter_state ;;
    proto|family|type|reach|place|class|owner_unknown) _portls_words $before ;;
    port) _portls_used local_port,peer_port ;;
    sport) _portls_used local_port ;;
    dport) _portls_used peer_port ;;
    src|local) _portls_used local_address ;;
    dst|peer) _portls_used peer_address ;;
    host|address) _portls_used local_address,peer_address ;;
    dev) _portls_used interface ;;
    local_port|peer_port|local_address|peer_address|interface|scope|uid|user|inode|service|\
peer_service|common|use|pid|fd|process|command|exe|process_uid|started|cgroup|\
container|container_id|runtime|image|pod|pod_namespace|unit|translated|published|published_by|published_process|\
published_container) _portls_used $before ;;
    *) if compset -P ':'; then _portls_used local_port,peer_port
        elif (( first )); then _portls_words command grammar proto family filter_state field
        else _portls_words grammar proto family filter_state field; fi ;;
    esac
}
# _portls_help: prints --help with one option per line
_portls_help() {
    $service --help 2>/dev/null | awk '
        /^  --[a-z0-9-]+$|^  (-., )?--[a-z0-9-]+  -/ {
            n = split($0, one, /  +/)
            for (i = 2; i <= n; i++) {
                name = one[i]
                sub(/.*--/, "", name)
                print (one[i] ~ /,/ ? "  " : "      ") one[i] "  " name " sockets"
            }
            next
        }
        { print }'
}
_portls() {
    local name action help i first=$(( CURRENT == 2 ))
    local -a lines specs
    local MATCH MBEGIN MEND
    local -a match mbegin mend
    lines=(${(f)"$(_portls_help)"})
    for (( i = 1; i <= $#lines; i++ )); do
        [[ $lines[i] =~ '^  (-(.), |    )--([a-z0-9-]+)(\[?=[^ ]*)? *(.*)$' ]] || continue
        name=$match[3]
        # The description of a long name is on the next line.
        help=${match[5]:-${lines[i+1]## #}}
        help="[${help//[\[\]]/}]"
        case $match[4] in
        '=LIST') action=:LIST:_portls_columns ;;
        '=KEY'*) action=:KEY:_portls_sort ;;
        '=DIR') action=':DIR:_files -/' ;;
        '=NS') action=:NS:_portls_netns ;;
        '=USER') action=:USER:_users ;;
        '=INTERFACE') action=:INTERFACE:_net_interfaces ;;
        '=FILE') action=:FILE:_files ;;
        '=WORD') action=:WORD:_portls_filter ;;
        '='*) action=":${match[4]#\=}: _portls_words --$name" ;;
        *) action= ;;
        esac
        specs+=("--$name${action:+=}$help$action")
        [[ -z $match[2] ]] || specs+=("-$match[2]${action:++}$help$action")
    done
    _arguments -s -S $specs '*::filter:_portls_filter'
}
_portls "$@"
