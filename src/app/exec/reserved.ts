/*
 * What the system, shells, languages and tools read themselves, to find programs and code, or to decide whom they trust.
 * sudo leaves most of these out of an environment that somebody else chose (its initial_badenv_table).
 */
const reserved: readonly RegExp[] = [
  // The system.
  /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|TMPDIR|TERM|TERMINFO.*|TERMCAP|TERMPATH|LANG|LC_.+|LOCPATH|NLSPATH|PATH_LOCALE|GCONV_PATH|XDG_.+)$/,
  /^(_?R?LD_.+|DYLD_.+|GLIBC_TUNABLES|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS)$/,
  // Shells; bash takes functions from variables too.
  /^(IFS|ENV|BASH_.+|BASHOPTS|SHELLOPTS|PS4|PROMPT_COMMAND|CDPATH|GLOBIGNORE|FPATH|ZDOTDIR|NULLCMD|READNULLCMD|TMPPREFIX)$/,
  // Languages and what builds with them.
  /^(NODE_(OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED)|NPM_CONFIG_.+)$/,
  /^PYTHON(PATH|HOME|STARTUP|INSPECT|USERBASE|BREAKPOINT|WARNINGS|PLATLIBDIR|EXECUTABLE)$/,
  /^(RUBY(OPT|LIB|SHELL)|GEM_(HOME|PATH)|BUNDLE_.+|PERL5?LIB|PERL5(OPT|DB)|PERLIO_DEBUG)$/,
  /^(_?JAVA(_TOOL)?_OPTIONS|JDK_JAVA_OPTIONS|JAVA_(HOME|OPTS)|CLASSPATH|(GRADLE|MAVEN|ANT)_OPTS|GRADLE_USER_HOME|ANDROID_HOME|DEVELOPER_DIR)$/,
  /^(DOTNET_STARTUP_HOOKS|COR(ECLR)?_(ENABLE_PROFILING|PROFILER.*))$/,
  // Programs that others start, and their settings.
  /^(PAGER|EDITOR|VISUAL|BROWSER|LESS(OPEN|CLOSE)|(GH|GLAB)_(PAGER|EDITOR|BROWSER|CONFIG_DIR)|SSH_ASKPASS)$/,
  /^GIT_(SSH|SSH_COMMAND|ASKPASS|EXEC_PATH|CONFIG.*|EDITOR|SEQUENCE_EDITOR|PAGER|EXTERNAL_DIFF|TEMPLATE_DIR|PROXY_COMMAND|SSL_.+|DIR|WORK_TREE)$/,
  // Whom they trust.
  /^(OPENSSL_(CONF|ENGINES|MODULES)|SSL_CERT_(FILE|DIR)|CURL_(CA_BUNDLE|HOME)|REQUESTS_CA_BUNDLE|(HTTPS?|ALL|NO)_PROXY)$/,
];

/** Whether a variable changes how programs are found, loaded or run, or whom they trust: none is set by what is stored. */
export function isReserved(name: string): boolean {
  return reserved.some((names) => names.test(name.toUpperCase()));
}
