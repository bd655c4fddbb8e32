" Colours for .scale files. Words are keywords by their place, so that `target = 5` stays a setting: matches, no `syntax keyword`.

if exists('b:current_syntax')
  finish
endif
let s:cpo = &cpo
set cpo&vim

" words: declarations statements sizing_statements entries shapes reserved advice fault_actions levels word_operators constants target_kinds source_kinds settings worded_settings setting_words generators functions queries test_metrics members statistics cluster_members metric_units units units_behind_slash
let s:advice = 'investigate\|throttle\|scale\|split\|keep\|out\|in\|up'
let s:cluster_members = 'memory\|price\|nodes\|vcpu'
let s:constants = 'false\|true'
let s:declarations = 'pipeline\|cluster\|import\|target\|source\|metric\|sizing\|param\|event\|alert\|node\|test\|let\|mix'
let s:entries = 'field'
let s:fault_actions = 'start\|scale\|exec\|stop\|kill'
let s:functions = 'stability\|secret\|floor\|round\|delta\|trend\|ceil\|last\|rate\|min\|max\|abs\|avg\|env'
let s:generators = 'exponential\|lognormal\|from_file\|timestamp\|decimal\|pattern\|normal\|one_of\|recent\|choice\|index\|float\|bytes\|email\|uuid\|zipf\|text\|bool\|name\|word\|date\|list\|late\|now\|seq\|int\|map\|ip'
let s:levels = 'critical\|warning'
let s:members = 'cost_per_million\|members_declared\|trigger_interval\|processing_rate\|batch_duration\|backlog_bytes\|offered_rate\|service_time\|state_memory\|failed_tasks\|acked_rate\|bytes_rate\|duplicated\|rebalances\|end_to_end\|input_rate\|state_rows\|open_files\|sent_rate\|delivered\|reordered\|corrupted\|executors\|not_sent\|lateness\|critical\|lag_time\|capacity\|gc_ratio\|executor\|planned\|latency\|warning\|members\|backlog\|threads\|failed\|errors\|alerts\|tables\|memory\|driver\|acked\|ratio\|sent\|lost\|cost\|high\|lag\|cpu'
let s:metric_units = 'bytes_per_second\|milliseconds\|per_second\|mebibytes\|percent\|seconds\|dollars\|number\|count\|ratio\|bytes'
let s:queries = 'metric\|query\|value\|json'
let s:reserved = 'eventually\|during\|within\|always\|period\|before\|settle\|every\|after\|start\|over\|from\|when\|null\|hold\|into\|rest\|for\|per\|end\|to\|by\|at\|as'
let s:setting_words = 'sasl_plaintext\|scram_sha_256\|scram_sha_512\|oauthbearer\|plaintext\|sasl_ssl\|protobuf\|debezium\|uniform\|poisson\|leader\|snappy\|gssapi\|plain\|none\|gzip\|zstd\|json\|avro\|all\|lz4\|ssl'
let s:settings = 'throughput_units\|partition_bytes\|partition_rate\|platform_fee\|compression\|certificate\|concurrency\|partitions\|idempotent\|max_record\|connection\|spot_price\|skip_first\|mechanism\|namespace\|aggregate\|event_log\|duplicate\|malformed\|security\|username\|password\|registry\|endpoint\|ordering\|pid_file\|pipeline\|identity\|envelope\|progress\|capacity\|arrivals\|expected\|brokers\|subject\|message\|project\|headers\|timeout\|command\|trigger\|members\|cluster\|workers\|create\|linger\|format\|schema\|client\|stream\|region\|shards\|method\|rotate\|writes\|tables\|memory\|driver\|topic\|batch\|retry\|table\|query\|token\|reads\|group\|yield\|start\|scale\|price\|as_of\|acks\|from\|path\|name\|host\|size\|late\|stop\|vcpu\|spot\|seed\|tags\|key\|hub\|url\|ca\|to\|op'
let s:shapes = 'replay\|search\|spike\|pause\|flood\|hold\|ramp\|step\|sine'
let s:sizing_statements = 'otherwise\|size\|rule'
let s:source_kinds = 'prometheus\|cloudwatch\|databricks\|process\|spark\|http\|exec'
let s:statements = 'sustain\|repeat\|expect\|phase\|fault\|abort\|send\|undo'
let s:statistics = 'spread\|count\|p999\|mean\|p50\|p90\|p95\|p99\|max\|min\|avg'
let s:target_kinds = 'eventhubs\|postgres\|kinesis\|webhook\|pubsub\|kafka\|file\|null'
let s:test_metrics = 'cost_per_million\|offered_rate\|service_time\|acked_rate\|bytes_rate\|duplicated\|sent_rate\|delivered\|reordered\|corrupted\|not_sent\|lateness\|planned\|latency\|failed\|errors\|alerts\|acked\|sent\|lost\|cost'
let s:units = 'KiB\|MiB\|GiB\|TiB\|ns\|us\|ms\|KB\|MB\|GB\|TB\|s\|m\|h\|d\|B\|k\|M\|G\|%\|x'
let s:units_behind_slash = 'KiB\|MiB\|GiB\|TiB\|ns\|us\|ms\|KB\|MB\|GB\|TB\|s\|m\|h\|d\|B\|k\|M\|G'
let s:word_operators = 'and\|not\|or\|in\|of'
let s:worded_settings = 'compression\|mechanism\|security\|envelope\|arrivals\|format\|acks'
" end of words

syntax case match
syntax sync minlines=100

" Where several match at one place the last one counts: from the general to the particular.
syntax match scaleName '\<\h\w*\>'
execute 'syntax match scaleMetric ''\<\%(' . s:test_metrics . '\)\>'''
execute 'syntax match scaleBoolean ''\<\%(' . s:constants . '\)\>'''
execute 'syntax match scaleClause ''\<\%(' . s:reserved . '\)\>'''
execute 'syntax match scaleWordOperator ''\<\%(' . s:word_operators . '\)\>'''
execute 'syntax match scaleClause ''\<as\s\+\ze\%(' . s:metric_units . '\)\>'' nextgroup=scaleMetricUnit'
execute 'syntax match scaleMetricUnit ''\<\%(' . s:metric_units . '\)\>'' contained'
syntax match scaleClause '\<during\s\+all\ze\s\+\h'
syntax match scaleClause '\%("\s*\)\@8<=scale\ze\s\+[[:alnum:]_$(]'

syntax match scaleCall '\<\h\w*\ze('
execute 'syntax match scaleFunction ''\<\%(' . s:functions . '\)\ze('''
execute 'syntax match scaleGenerator ''\<\%(' . s:generators . '\)\ze\%((\|\s*{\)'''
syntax match scaleFunction '\<exec\ze('

syntax match scaleMember '\%(\.\@1<!\.\)\@2<=\h\w*'
execute 'syntax match scaleMetric ''\%(\.\@1<!\.\)\@2<=\%(' . s:statistics . '\|' . s:members . '\|' . s:cluster_members . '\)\>'''
execute 'syntax match scaleFunction ''\%(\.\@1<!\.\)\@2<=\%(' . s:queries . '\)\ze('''

syntax match scaleOperator '[-+*/]\|[<>]=\?\|[=!]=\|=\|\.\.=\?'
syntax match scaleOperator '=>' nextgroup=scaleAdvice skipwhite
syntax match scaleBracket '[][(){}]'

" One token: digits and the units beside them. The first takes what is no number with known units.
syntax match scaleBadQuantity '\$\?\.\?\d\%([[:alnum:]_%$]\|\.\.\@!\|/\a\)*'
execute 'syntax match scaleNumber ''\$\?\d\+\%(_\d\+\)*\%(\.\d\+\)\?\%(' . s:units . '\)\?\%(/\%(' . s:units_behind_slash . '\)\)\?\%([[:alnum:]_%$]\|\.\.\@!\|/\a\)\@!'' contains=scaleUnit'
execute 'syntax match scaleUnit ''[0-9]\@1<=\%(' . s:units . '\)\%(/\a\+\)\?'' contained'
syntax match scaleUnit '/\a\+' contained
syntax match scaleUnit '\$' contained

" Settings: any word in front of a `=`.
syntax match scaleKey '\<\h\w*\ze\s*=\%([=>]\)\@!'
execute 'syntax match scaleSetting ''\<\%(' . s:settings . '\)\ze\s*=\%([=>]\)\@!'''
execute 'syntax match scaleSetting ''\<\%(' . s:worded_settings . '\)\ze\s*=\s*\%(' . s:setting_words . '\)\>'' nextgroup=scaleIs skipwhite'
syntax match scaleIs '=' contained nextgroup=scaleWord skipwhite
execute 'syntax match scaleWord ''\<\%(' . s:setting_words . '\)\>'' contained'
execute 'syntax match scaleEntry ''\<\%(' . s:entries . '\)\ze\s\+\h'' nextgroup=scaleKey skipwhite'

" The head of a line says what it is.
execute 'syntax match scaleDeclaration ''^\s*\zs\%(' . s:declarations . '\)\ze\s\+["[:alnum:]_]'' nextgroup=scaleDeclared skipwhite'
syntax match scaleDeclared '\<\h\w*' contained
syntax match scaleDeclaration '^\s*\zstarget\ze\s\+\h' nextgroup=scaleTarget skipwhite
syntax match scaleDeclaration '^\s*\zssource\ze\s\+\h' nextgroup=scaleSource skipwhite
syntax match scaleTarget '\<\h\w*' contained nextgroup=scaleTargetIs skipwhite
syntax match scaleSource '\<\h\w*' contained nextgroup=scaleSourceIs skipwhite
syntax match scaleTargetIs '=' contained nextgroup=scaleTargetKind skipwhite
syntax match scaleSourceIs '=' contained nextgroup=scaleSourceKind skipwhite
execute 'syntax match scaleTargetKind ''\<\%(' . s:target_kinds . '\)\>'' contained'
execute 'syntax match scaleSourceKind ''\<\%(' . s:source_kinds . '\)\>'' contained'
syntax match scaleDeclaration '^\s*\zsalert\ze\s\+\h' nextgroup=scaleLevel,scaleDeclared skipwhite
execute 'syntax match scaleLevel ''\<\%(' . s:levels . '\)\>'' contained nextgroup=scaleDeclared skipwhite'

execute 'syntax match scaleStatement ''^\s*\zs\%(' . s:statements . '\)\ze\s\+["$(.[:alnum:]_-]'''
execute 'syntax match scaleStatement ''^\s*\zs\%(' . s:sizing_statements . '\)\ze\s*\%(\h\|$\)'''
syntax match scaleStatement '^\s*\zsphase\ze\s\+\h' nextgroup=scalePhase skipwhite
syntax match scalePhase '\<\h\w*' contained nextgroup=scalePhaseIs skipwhite
syntax match scalePhaseIs '=' contained nextgroup=scaleShape skipwhite
execute 'syntax match scaleShape ''\<\%(' . s:shapes . '\)\>'' contained'
syntax match scaleStatement '^\s*\zs\%(fault\|undo\)\ze\s\+\h' nextgroup=scaleFault skipwhite
syntax match scaleFault '\<\h\w*' contained nextgroup=scaleFaultIs skipwhite
syntax match scaleFaultIs '=' contained nextgroup=scaleAction skipwhite
execute 'syntax match scaleAction ''\<\%(' . s:fault_actions . '\)\ze\s\+\h'' contained'
syntax match scaleStatement '^\s*\zsrule\ze\s\+\h' nextgroup=scaleDeclared skipwhite
syntax match scaleStatement '^\s*\zsotherwise\ze\s\+\h' nextgroup=scaleAdvice skipwhite
execute 'syntax match scaleAdvice ''\<\%(scale\s\+\%(out\|in\|up\)\|' . s:advice . '\)\>[.(]\@!'' contained'

" Texts and comments last: nothing is found within them.
syntax match scaleEscape '\\\%(["\\nt]\|u{\x\{1,6}}\)' contained
syntax match scaleBadEscape '\\[^"\\ntu]' contained
syntax region scaleText start='"' skip='\\.' end='"' end='$' oneline contains=scaleEscape,scaleBadEscape
syntax region scaleRawText start='"""' end='"""'
syntax match scaleComment '#.*$' contains=@Spell
syntax match scaleDoc '##.*$' contains=scaleDocCode,@Spell
syntax match scaleDocCode '`[^`]\+`' contained
syntax match scaleComment '#\s*scalec:\s*allow\>.*$' contains=scaleAllow
syntax match scaleAllow '\<allow\>\|\<[EWH]\d\{4}\>' contained

highlight default link scaleDeclaration Keyword
highlight default link scaleStatement Statement
highlight default link scaleEntry Keyword
highlight default link scaleShape Statement
highlight default link scaleAction Statement
highlight default link scaleAdvice Statement
highlight default link scaleLevel StorageClass
highlight default link scaleClause Statement
highlight default link scaleWordOperator Operator
highlight default link scaleOperator Operator
highlight default link scaleIs Operator
highlight default link scaleTargetIs Operator
highlight default link scaleSourceIs Operator
highlight default link scalePhaseIs Operator
highlight default link scaleFaultIs Operator
highlight default link scaleDeclared Identifier
highlight default link scaleTarget Identifier
highlight default link scaleSource Identifier
highlight default link scalePhase Function
highlight default link scaleFault Function
highlight default link scaleTargetKind Type
highlight default link scaleSourceKind Type
highlight default link scaleMetricUnit Constant
highlight default link scaleKey Label
highlight default link scaleSetting Label
highlight default link scaleWord Constant
highlight default link scaleGenerator Function
highlight default link scaleFunction Function
highlight default link scaleMetric Special
highlight default link scaleBoolean Boolean
highlight default link scaleNumber Number
highlight default link scaleUnit Type
highlight default link scaleBadQuantity Error
highlight default link scaleText String
highlight default link scaleRawText String
highlight default link scaleEscape SpecialChar
highlight default link scaleBadEscape Error
highlight default link scaleComment Comment
highlight default link scaleDoc SpecialComment
highlight default link scaleDocCode Special
highlight default link scaleAllow PreProc

let b:current_syntax = 'scale'
let &cpo = s:cpo
unlet s:cpo
