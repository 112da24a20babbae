<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Log\Entry;
use ClosteSync\Log\Log_Query;
use ClosteSync\Log\Log_Table;
use WP_CLI\Utils;

/**
 * Shows what was sent to Closte, by whom and why.
 */
final class Log_Command {

	public function __construct( private readonly Container $services ) {}

	/**
	 * Shows what was sent to Closte, by whom and why; newest last.
	 *
	 * Logs every call that adds or removes a domain, including failed ones, and decisions: domains adopted, removals refused, the integration turned on or off, a new key. The log keeps the last 90 days, up to 50,000 entries, and never contains the key. This command needs neither the extension nor Closte.
	 *
	 * ## OPTIONS
	 *
	 * [--domain=<domain>]
	 * : Only this domain.
	 *
	 * [--action=<action>]
	 * : Only these actions, separated by commas: `add`, `remove`, `adopt`, `move`, `forget`, `retire`, `set-aside`, `check`, `drift`, `sync`, `prune`, `enable`, `disable`, `settings`, `key`, `identity`, `mail`, `activate`, `deactivate`.
	 *
	 * [--outcome=<outcome>]
	 * : Only these outcomes, separated by commas: `added`, `already-there`, `removed`, `already-gone`, `rejected`, `invalid`, `unauthorized`, `failed`, `unknown` (sent, but no answer came), `deferred` (queued), `protected`, `adopted`, `forgotten`, `retired`, `unreadable`, `found`, `planned`, `refused`, `changed`, `done`; of a check `working`, `waiting`, `owner-must-act`, `network-must-act` or `leaving`. Or `problems`: all that need attention.
	 *
	 * [--reason=<reason>]
	 * : Only these reasons, separated by commas: `site-created`, `site-changed`, `site-deleted`, `mapped`, `unmapped`, `queue` (of Ultimate Multisite), `by-hand`, `retry`, `sync`, `daily` (the daily comparison), `run` (a background run), `other`.
	 *
	 * [--by=<who>]
	 * : Only what was done by this user (login, email address or ID), or by `cron`, `wp-cli` or `visitor`.
	 *
	 * [--blog_id=<id>]
	 * : Only domains of the site with this ID.
	 *
	 * [--search=<text>]
	 * : Only entries that contain this text in their domain or message.
	 *
	 * [--since=<time>]
	 * : Only entries from this time on: `2h`, `7d`, `yesterday` or `"2026-01-31 14:00"` (UTC).
	 *
	 * [--until=<time>]
	 * : Only entries before this time.
	 *
	 * [--limit=<number>]
	 * : The number of entries, counted from the newest; 0: all. `--format=count` always counts all.
	 * ---
	 * default: 50
	 * ---
	 *
	 * [--order=<order>]
	 * : The direction to sort in by time: `asc` or `desc`.
	 * ---
	 * default: asc
	 * ---
	 *
	 * [--follow]
	 * : Waits for new entries and prints each in one line (with `--format=json`, as one JSON object), until you press Ctrl-C.
	 *
	 * [--field=<field>]
	 * : Prints the value of one field for each entry.
	 *
	 * [--fields=<fields>]
	 * : Shows only these fields, separated by commas.
	 *
	 * [--format=<format>]
	 * : The output format. `ids` prints the IDs of the entries.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - csv
	 *   - json
	 *   - yaml
	 *   - ids
	 *   - count
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * Shown by default: time (UTC), domain, action, outcome, reason, by, message. In a narrow terminal, reason, by and message are left out in this order, and the last column is shortened.
	 *
	 * Also available: id, blog_id, source (where the domain comes from), actor (`user`, `wp-cli`, `cron`, `visitor`, `unknown`), user_id.
	 *
	 * ## EXAMPLES
	 *
	 *     # Who removed this domain, and why?
	 *     $ wp closte log --domain=shop.example.com --fields=time,action,by,reason
	 *     +---------------------+--------+--------+---------+
	 *     | time                | action | by     | reason  |
	 *     +---------------------+--------+--------+---------+
	 *     | 2026-01-31 14:02:11 | remove | wp-cli | by-hand |
	 *     +---------------------+--------+--------+---------+
	 *
	 *     # What went wrong in the last two hours?
	 *     $ wp closte log --since=2h --outcome=problems
	 *
	 *     # How many domains were added today?
	 *     $ wp closte log --since=today --outcome=added --format=count
	 *     12
	 *
	 *     # Keep it for longer elsewhere
	 *     $ wp closte log --since=1d --limit=0 --format=csv > closte.csv
	 *
	 *     # Watch what is being sent
	 *     $ wp closte log --follow
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function __invoke( array $args, array $assoc_args ): void {
		Word_Option::expect_output( $assoc_args, array( 'table', 'csv', 'json', 'yaml', 'ids', 'count' ), Log_Item::FIELDS );
		$assoc_args['order'] = Word_Option::one( 'order', $assoc_args['order'], array( 'asc', 'desc' ) );

		$limit  = Word_Option::number( 'limit', $assoc_args['limit'], __( 'enter a whole number, 0 or more', 'closte-sync' ) );
		$query  = ( new Log_Filters( $this->services->domain_names() ) )->query( $assoc_args, 0 === $limit ? null : $limit );
		$format = $assoc_args['format'];
		$log    = $this->services->log_table();
		if ( Utils\get_flag_value( $assoc_args, 'follow', false ) ) {
			$this->follow( $log, $query, $assoc_args );
			return;
		}
		if ( 'count' === $format ) {
			\WP_CLI::line( (string) $log->count( $query ) );
			return;
		}
		$entries = 'asc' === $assoc_args['order'] ? $log->each_oldest_first( $query ) : $log->each( $query );
		if ( 'ids' === $format ) {
			$ids = array();
			foreach ( $entries as $entry ) {
				$ids[] = $entry->id;
			}
			\WP_CLI::line( implode( ' ', $ids ) );
			return;
		}

		$printer = new Item_Printer( $assoc_args, Log_Item::FIELDS_OF_LIST, fits: true, optional: array( 'reason', 'by', 'message' ) );
		$count   = $printer->print( self::items( $entries ) );

		if ( 0 === $count && 'table' === $format ) {
			Terminal::hint(
				0 === $log->count()
					? __( 'nothing has been logged yet', 'closte-sync' )
					: __( 'no entry matches; without options, the latest ones are shown', 'closte-sync' )
			);
		}
	}

	/**
	 * @param Log_Query             $query      What of the log.
	 * @param array<string, string> $assoc_args Options.
	 */
	private function follow( Log_Table $log, Log_Query $query, array $assoc_args ): void {
		$others = array_intersect_key( $assoc_args, array_flip( array( 'field', 'fields', 'until' ) ) );
		$fits   = in_array( $assoc_args['format'], array( 'table', 'json' ), true ) && 'desc' !== $assoc_args['order'];
		if ( ! $fits || array() !== $others ) {
			Terminal::fail( __( '--follow prints one line for each entry, or one JSON object with --format=json. It cannot be combined with other formats, --field, --fields, --order=desc or --until.', 'closte-sync' ) );
		}
		$interrupt = new Interrupt();
		$last      = $log->last_id();
		$entries   = $log->each_oldest_first( $query );
		while ( true ) {
			foreach ( $entries as $entry ) {
				$last = max( $last, $entry->id );
				\WP_CLI::line(
					'json' === $assoc_args['format']
						? (string) wp_json_encode( Log_Item::of( $entry ), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE )
						: Log_Item::line( $entry )
				);
			}
			if ( $interrupt->has_come() ) {
				return;
			}
			sleep( 1 );
			// A user may have been renamed by another process.
			wp_cache_flush_runtime();
			$entries = $log->each( $query->with( after_id: $last, newest_first: false, per_page: null ) );
		}
	}

	/**
	 * @param iterable<Entry> $entries
	 * @return \Generator<array<string, int|string>>
	 */
	private static function items( iterable $entries ): \Generator {
		foreach ( $entries as $entry ) {
			yield Log_Item::of( $entry );
		}
	}
}
