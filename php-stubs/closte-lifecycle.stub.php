<?php

/** The part of the public PHP API that processes a ledger's records; closte.stub.php has the rest. */

namespace Closte;

/**
 * Processes ledger records: calls, checks, decides. A step is one call or one check; further steps follow for as long as
 * the next one is due at once and the budget lasts, so that a domain that was pending may come back done. A record is a ledger row
 * as an array: strings and ints only, but for `problems`; times are Unix seconds, 0 for never; other keys pass through untouched.
 * The known keys:
 *
 *     domain, wanted (present, absent), stage, attempts, stage_since                             must be there
 *     accepted_at, last_added_at, may_have_landed (0, 1), by_rule (0, 1; see below)              0 if missing
 *     error_kind, error_reason, error_message, retry_after (seconds)                             of the last API call; what Closte
 *                                                  said itself is quoted in the message: “…”
 *     dns_state, dns_checked_at                                                                  DnsState's value, or ''
 *     certificate_state, certificate_not_after, certificate_issuer, certificate_checked_at       CertificateState's, or ''
 *     problems                                                                                   see below
 *     next_check_at, next_call, outcome, state                                                   always set on return
 * next_call: the call that the next step makes, `add` or `remove`; '' when it makes none, which is when it is a check. It
 * is found out anew each time, whatever was passed in.
 * by_rule: 1 for a name that a rule added with another domain (its www name), and that nobody asked for. It is sent once it has
 * DNS records of its own, or if that cannot be found out. Without DNS it stays pending, with no next_call and a note, and is looked
 * up again; if Closte has it already it stays checking-dns. It never fails because of that.
 * outcome: the result of the last call that was made for it; '' when none was made.
 *     added, already-there, removed, already-gone  an Outcome's value
 *     protected                                    option `protect`: Closte was not asked to remove it
 *     rejected                                     Closte refused it
 *     invalid                                      no name that Closte could take: it was not sent
 *     unauthorized                                 Closte refused the key
 *     failed                                       no answer, or none that can be read, and nothing changed at Closte
 *     unknown                                      it was sent, and no answer says whether it took effect: Closte is asked
 *                                                  what it has before it is sent again
 *     deferred                                     the time was up before it was sent
 * state: who must act. It follows from the stage, the problems and the last error, not from how long the domain waits.
 *     working           it points here and has a valid certificate
 *     waiting           nobody needs to do anything
 *     owner-must-act    its owner must change something at the DNS provider: see `problems`
 *     network-must-act  Closte refused it or the key, it could not be checked, Closte's certificate is out of date or a day late, or
 *                       its DNS is the network's: see `protect`
 *     leaving           it is not wanted any more, and Closte has not refused to remove it
 * problems: what keeps the domain from done, or warns, worst first. Each one is
 *     code      a stable machine word, see below
 *     severity  blocks: it will not become done before someone acts; waits: it usually resolves itself; note: it does not
 *               keep the domain from becoming done
 *     message   an English sentence: what is wrong and what to do
 *     values    array<string, string|int|list<string>>, what the sentence is made of
 *     records   list<array{action: string, type: string, name: string, value: string}>: what to do at the DNS provider, where
 *               that is known; action: set (instead of what of this type is there) or delete; type: A, AAAA, CNAME or CAA
 * In addition to `domain`, `values` has, where known:
 *     nxdomain                 blocks
 *     no-address               blocks
 *     elsewhere                blocks  addresses: where it points
 *     mixed-addresses          blocks  here, addresses: those that are here and those that are not
 *     stale-aaaa               blocks  addresses: those that are not here
 *     cname-dead               blocks  target: what it is an alias of
 *     cname-loop               blocks  cnames: the circle
 *     caa-forbids              blocks  at: where the CAA record is; issuer; allowed: other issuers; property: a critical one
 *     caa-unanswered           blocks  at: where CAA cannot be looked up; issuer; reason: as in no-answer; waits where only our
 *                                      resolvers were slow
 *     dnssec-bogus             blocks  servers: those that refuse it
 *     partial-propagation      waits   here, partial, elsewhere, missing: the servers that say so; addresses: those that are not
 *                                      here; authoritative: `here`, `divided` or `other`, what the zone's own servers say
 *     proxied                  note    service, addresses; proof: `failed` or `not-tried`; origin: the right addresses
 *     www-without-dns          note    main: the domain with which it was added by_rule; sent: 1 if Closte has it
 *     lame-delegation          note    servers; blocks where no server of the zone serves it
 *     caa-bound                note    at: where the CAA record is; issuer; accounts, methods: to which it binds the issuer
 *     no-answer                note    servers, reasons: why each gave none, such as timeout, unreachable, SERVFAIL or REFUSED;
 *                                      cause: `resolv.conf` if that is at fault; or addresses
 *     certificate-absent       waits   error, reason, place, detail: as in CertificateReport
 *     certificate-untrusted    waits   the same, issuer, names
 *     certificate-self-signed  waits   the same, issuer, names
 *     certificate-expired      waits   the same, issuer, names
 *     certificate-wrong-host   waits   the same, issuer, names
 *     certificate-unknown      waits   error, reason, place, detail
 *     certificate-ending       note    days: how many are left
 * A record may be passed in with problems that have only code and message.
 * Stages: pending, checking-dns, checking-ssl-cert, done, failed, ssl-failed, removing; `removed` on return, when the row
 * can be deleted. Errors of the API and of DNS are in the record, never thrown.
 */
final class Lifecycle
{
    /** Seconds within which Closte usually has issued a certificate. */
    public const CERTIFICATE_USUAL_WAIT = 900;

    /** A certificate that ends sooner is warned about. */
    public const CERTIFICATE_WARNING_DAYS = 14;

    /** Seconds after which a wanted domain is done or has failed, or something is wrong with what checks it. */
    public const LONGEST_WAIT = 349200;

    /**
     * @param array{
     *     targets: list<string>,      // host names or IP addresses that count as here
     *     check_interval?: int,       // seconds, 10 to 300; default 300
     *     resolvers?: list<string>,   // as for check_dns()
     *     authoritative?: bool,       // as for check_dns()
     *     issuer?: string,            // as for check_dns()
     *     ca_file?: string,           // as for check_certificate()
     *     http_port?: int,            // where `proof` is fetched; default 80
     *     tls_port?: int,             // where certificates are checked; default 443
     *     protect?: list<string>,     // never asked to be removed: the outcome is then `protected`; DNS of and under them is the network's
     *     proof?: array{token: string, answer: string, script?: string}, // as for check_dns()
     *     calls?: bool,               // false: make no call; records with a next_call come back as they were; default true
     *     now?: int,                  // Unix time to decide by; default: the clock
     *     follow?: bool,              // go on with a record while its next step is due at once; default true
     * } $options
     * @throws ConfigException
     */
    public function __construct(Client $client, array $options) {}

    /** Whole days until a certificate ends (Unix times), as messages count them: 0 within a day, negative when it has ended. */
    public static function daysLeft(int $not_after, int $now): int {}

    /**
     * Seconds that a page may wait for Closte: a few times its slowest answer of the last day, between 2.5 and 8.
     * @param array<string, mixed> $pace what notePace() returned; anything else: nothing is known, and it is 8
     */
    public static function pageSeconds(array $pace, int $now): float {}

    /**
     * What to keep for pageSeconds() after a response took so many seconds; $pace itself if that is nothing new.
     * @param array<string, mixed> $pace
     * @return array{slowest?: float, at?: int}
     */
    public static function notePace(array $pace, float $seconds, int $now): array {}

    /** The first key whose value is not valid in a record (null: none): advance() refuses such a row, advanceAll() the whole batch.
     *  Numbers must not be negative, times not past the year 9999. */
    public static function unreadableKey(array $record): ?string {}

    /**
     * Takes a record as far as it goes without waiting.
     * @param array{domain: string, wanted: string, stage: string, attempts: int, stage_since: int, ...} $record
     * @param ?float $budget seconds that this may take
     * @return array the record as it is now, with `next_check_at`; `stage` is 'removed' when the row can go
     * @throws \TypeError|\ValueError for what is no record, naming the key
     */
    public function advance(array $record, ?float $budget = null): array {}

    /**
     * Many at once, at most max_in_flight calls and 256 checks at a time. Records for which no time is left come back unchanged,
     * and $progress is not called with them; steps that have begun by then have 2 seconds more, because a call that is cut off
     * may have landed. A record whose further step was not begun or was cut off comes back as it was before that step.
     * After 20 calls in a row that failed, or when Closte asks (Retry-After) for more than 10 seconds, calls that have not
     * begun are left alone: their records come back as they were, while checks go on.
     * @param list<array> $records
     * @param ?callable(array $record): void $progress called once for each one, when it is finished; what it throws stops the batch
     * @param ?callable(): void $tick called about each second until the end, also while nothing is finished; what it throws stops the batch
     * @return list<array> in the order given
     * @throws \TypeError|\ValueError for what is no record, naming it and the key
     */
    public function advanceAll(array $records, ?callable $progress = null, ?float $budget = null, ?callable $tick = null): array {}

    /**
     * As advanceAll(), for any number of records in little memory: they are taken from $source as there is room, and each goes to
     * $progress when it is finished. Records for which no time is left are not taken, or not passed to $progress.
     * @param callable(int $room): list<array> $source the next records, for instance so many; an empty list means that there are no more
     * @param callable(array $record): void $progress as for advanceAll()
     * @param ?callable(): void $tick as for advanceAll()
     * @return int how many are finished
     * @throws \TypeError|\ValueError for what is no record, naming it and the key
     */
    public function advanceEach(callable $source, callable $progress, ?float $budget = null, ?callable $tick = null): int {}
}

/**
 * Whether Closte answers, as seen from calls. Objects do not change: each method returns another one. Keep toArray() where
 * every process finds it.
 *
 * Closed: Closte answered last, and everybody calls. After a failure pages make no call for 60 seconds, or for as long as
 * Closte asked (Retry-After, up to 600); a run asks with Client::verify() first. Calls count as failed with error_kind
 * transient, protocol or auth; a call that Closte rejected was answered; a check says nothing.
 */
final class CircuitBreaker
{
    /** @param array<string, mixed> $state what toArray() returned; anything else counts as closed
     *  @param ?int $now Unix time; default: the clock */
    public function __construct(array $state = [], ?int $now = null) {}

    /** @return array{since?: int, until?: int, asked_until?: int, failures?: int, kind?: string, reason?: string, message?: string} empty: closed */
    public function toArray(): array {}

    /** Whether a page, or a run in the background, may call now. */
    public function allows(bool $background): bool {}

    /** Whether a run should ask now with Client::verify(). Not while Closte asked to wait, nor for 60 s after 20 failures in a row. */
    public function mustProbe(): bool {}

    /** @return ?array{since: int, kind: string, reason: string, message: string} the last failure; null when closed */
    public function failure(): ?array {}

    /** After a batch: one failure opens it, even among successes; else one answer closes it.
     *  @param list<array<string, mixed>> $records as Lifecycle returned them, in the order in which they were finished */
    public function after(array $records): CircuitBreaker {}

    /** After a call that Closte answered. */
    public function afterAnswer(): CircuitBreaker {}

    /**
     * After a call that failed, or a setting that keeps calls from being made.
     * @param string $kind as in a record's `error_kind`
     * @param ?float $wait seconds from Retry-After
     * @param ?string $reason as in a record's `error_reason`
     */
    public function afterFailure(string $kind, string $message, ?float $wait = null, ?string $reason = null): CircuitBreaker {}

    /** After Closte refused a key that someone tries out: without a pause. */
    public function afterRefusedKey(string $message): CircuitBreaker {}

    /** After the key was changed: a refusal of the previous key no longer counts. */
    public function afterKeyChange(): CircuitBreaker {}
}
