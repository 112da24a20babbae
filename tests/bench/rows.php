<?php
/**
 * What the bench measures: the part that does, what it is, its unit, what is beside it, and the goal. The goal is for the ratio
 * (ours ÷ what is beside it) or for our own figure; some have none. The README has those that are marked; docs/performance.md has all.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

$closte_row = static fn ( string $part, string $what, string $unit, string $peer, string $goal, bool $readme = false ): array => compact( 'part', 'what', 'unit', 'peer', 'goal', 'readme' );

return array(
	'emulator'           => $closte_row( 'calls', 'the emulated Closte, a call', 'ms', 'nginx, a fixed text', 'ours <= 0.3' ),
	'first-call'         => $closte_row( 'calls', 'the first call of a process, TLS', 'ms', 'curl', 'ratio <= 1', true ),
	'warm-call'          => $closte_row( 'calls', 'a further call, one client', 'ms', 'curl, one handle', 'ratio <= 1.05', true ),
	'new-client'         => $closte_row( 'calls', 'a further call, a new client each', 'ms', 'curl, one handle', 'ratio <= 1.1' ),
	'adds-h2-1000-64'    => $closte_row( 'calls', '10,000 adds, 20 ms, HTTP/2, keepalive_requests 1000, 64 at a time', 's', 'curl_multi', 'ratio <= 1.15' ),
	'adds-h2-1000-256'   => $closte_row( 'calls', '… 256 at a time', 's', 'curl_multi', 'ratio <= 1.15', true ),
	'adds-h2-100-64'     => $closte_row( 'calls', '… keepalive_requests 100, 64 at a time', 's', 'curl_multi', 'ratio <= 1.15' ),
	'adds-h2-100-256'    => $closte_row( 'calls', '… keepalive_requests 100, 256 at a time', 's', 'curl_multi', 'ratio <= 1.15' ),
	'adds-lists'         => $closte_row( 'calls', 'lists read for all of these', '', '', 'ours <= 0' ),
	'adds-h1-64'         => $closte_row( 'calls', '10,000 adds, HTTP/1.1, 64 at a time: connections', '', 'curl_multi', 'ours <= 64' ),
	'adds-h1-256'        => $closte_row( 'calls', '… 256 at a time: connections', '', 'curl_multi', 'ours <= 256' ),
	'adds-memory'        => $closte_row( 'calls', 'the most memory that one of these took, over base', 'MB', 'curl_multi', 'ours <= 32' ),
	'event'              => $closte_row( 'event', 'a domain on an event, loopback', 'a second', 'as the built-in integration does it', 'ratio >= 40', true ),
	'event-40'           => $closte_row( 'event', '… with a round trip of 40 ms', 'a second', 'as the built-in integration does it', 'ratio >= 12', true ),
	'sync'               => $closte_row( 'sync', '`wp closte sync`, 10,000 sites, 20,001 domains', 's', 'the calls alone, by curl_multi', 'ours <= 6', true ),
	'sync-statements'    => $closte_row( 'sync', '… statements for each domain', '', '', 'ours <= 0.1' ),
	'sync-index-rows'    => $closte_row( 'sync', '… rows of tables and indexes read for each domain', '', 'with a tenth of the sites', 'ratio <= 1.1' ),
	'sync-many'          => $closte_row( 'sync', '`wp closte sync`, 50,000 sites, 100,001 domains', 's', 'the calls alone, by curl_multi', 'ours <= 30' ),
	'sync-again'         => $closte_row( 'sync', 'the same with nothing to do, 100,001 domains, over WordPress itself', 's', 'both lists, read and compared by PHP', 'ours <= 3', true ),
	'sync-again-memory'  => $closte_row( 'sync', '… memory', 'MB', 'both lists, read and compared by PHP', 'ours <= 48' ),
	'dry-run-table'      => $closte_row( 'sync', '`sync --dry-run` of 100,000 as a table', 's', 'as CSV', 'ours <= 5' ),
	'run'                => $closte_row( 'run', '`wp closte run`, 10,000 due checks', 's', 'the slower of its checks and its writes', 'ratio <= 1.5', true ),
	'list-first'         => $closte_row( 'lists', 'Domains at 100,000 rows, first page', 'ms', 'WordPress\'s Sites, first page', 'ratio <= 1' ),
	'list-middle'        => $closte_row( 'lists', '… a page in the middle', 'ms', 'WordPress\'s Sites, in the middle', 'ratio <= 1' ),
	'list-last'          => $closte_row( 'lists', '… the last page', 'ms', 'WordPress\'s Sites, last page', 'ratio <= 1', true ),
	'list-read'          => $closte_row( 'lists', '… the most rows that a page reads', '', 'WordPress\'s Sites', 'ours <= 1000' ),
	'dns-questions'      => $closte_row( 'dns', 'questions for a domain, in a zone of many', '', '', 'ours <= 3.2' ),
	'dns-rate'           => $closte_row( 'dns', 'DNS questions in a batch', 'a second', 'dnsperf', 'ratio >= 0.6', true ),
	'dns-one'            => $closte_row( 'dns', 'a DNS check, one at a time', 'ms', 'dns_get_record of A, AAAA and CAA', '' ),
	'dead-resolver'      => $closte_row( 'faults', '500 DNS checks, one of two resolvers is silent', 's', 'the good one alone', 'ratio <= 1.5', true ),
	'dead-unknown'       => $closte_row( 'faults', '… of them without an answer', '', '', 'ours <= 1' ),
	'loss'               => $closte_row( 'faults', 'a DNS check, one of five questions is lost', 's', 'none is lost', 'ours <= 0.4' ),
	'loss-questions'     => $closte_row( 'faults', '… questions', '', 'none is lost', 'ratio <= 1.3' ),
	'certificates'       => $closte_row( 'certificates', 'certificate checks in a batch', 'a second', 'PHP\'s streams, one by one', 'ratio >= 4.5', true ),
	'certificate-one'    => $closte_row( 'certificates', 'a certificate check, one at a time', 'ms', 'PHP\'s streams', '' ),
	'library-size'       => $closte_row( 'load', 'the library', 'MB', 'as built for development', 'ours <= 7', true ),
	'library-load'       => $closte_row( 'load', 'the library, processor time added to the start of PHP', 'ms', 'as built for development', 'ours <= 1', true ),
	'front-page'         => $closte_row( 'pages', 'a front page: instructions, with the plugin', 'million', 'without it', 'ratio <= 1.003', true ),
	'hang-first'         => $closte_row( 'pages', 'a new site while Closte hangs, the first', 's', 'as the built-in integration does it', 'ours <= 3', true ),
	'hang-next'          => $closte_row( 'pages', '… the next', 's', 'Closte answers', 'ratio <= 1.5' ),
	'heads-committed'    => $closte_row( 'heads', 'due rows by four pools of PHP-FPM, READ COMMITTED', 'a second', 'one pool', 'ratio >= 1', true ),
	'heads-repeatable'   => $closte_row( 'heads', '… REPEATABLE READ', 'a second', 'one pool', 'ratio >= 1' ),
	'heads-taken'        => $closte_row( 'heads', '… rows taken by all of these', '', '', 'ours >= 100000' ),
	'heads-twice'        => $closte_row( 'heads', '… of them twice, and deadlocks', '', '', 'ours <= 0' ),
);
