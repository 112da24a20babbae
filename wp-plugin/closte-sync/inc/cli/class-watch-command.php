<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;
use ClosteSync\Settings\Settings;
use ClosteSync\Text\Listing;

/**
 * Follows domains until they are working.
 */
final class Watch_Command {

	/**
	 * Seconds that one round may work.
	 */
	private const BUDGET = 5.0;

	/**
	 * Domains that an error names; the others are counted.
	 */
	private const NAMED = 20;

	/**
	 * What was said of each domain last.
	 *
	 * @var array<string, string>
	 */
	private array $said = array();

	public function __construct( private readonly Container $services ) {}

	/**
	 * Follows domains until they are working.
	 *
	 * Runs at the check interval of the settings, even if WP-Cron cannot run that often. Prints a line each time something changes. Press Ctrl-C to stop; background runs continue.
	 *
	 * Ends with status 0 when all domains are working, and with 1 when the time is up, or when the only domains left have failed and are checked once a day, or are no longer used by this network.
	 *
	 * ## OPTIONS
	 *
	 * [<domain>]
	 * : Follows only this domain. Without it, all that do not work yet.
	 *
	 * [--timeout=<seconds>]
	 * : Stops after this many seconds, 0 or more; 0: never.
	 * ---
	 * default: 0
	 * ---
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte watch shop.example.com
	 *     …
	 *     10:36:07 shop.example.com: Working (done)
	 *     Success: All followed domains are working.
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function __invoke( array $args, array $assoc_args ): void {
		$timeout = Word_Option::number( 'timeout', $assoc_args['timeout'], __( 'enter a whole number of seconds, 0 or more', 'closte-sync' ) );
		( new Sending_Status( $this->services ) )->expect();
		$domain    = isset( $args[0] ) ? $this->begin( $args[0] ) : null;
		$interrupt = new Interrupt();
		$end       = 0 === $timeout ? PHP_INT_MAX : time() + $timeout;
		while ( true ) {
			$trouble = $this->services->worker()->run( self::BUDGET )->problem;
			$rows    = $this->rows( $domain );
			$this->say( $rows, $trouble );
			if ( array() === array_filter( $rows, self::moves( ... ) ) ) {
				$this->finish( $rows );
				return;
			}
			if ( $interrupt->has_come() || time() >= $end ) {
				break;
			}
			$this->wait( $end, $interrupt );
		}
		if ( $interrupt->has_come() ) {
			Terminal::say( __( 'Stopped. Background runs continue.', 'closte-sync' ) );
			return;
		}
		Terminal::fail( __( 'The time is up, and not all domains are working. Background runs continue.', 'closte-sync' ) );
	}

	/**
	 * Makes the domain due, so that the first check is not waited for.
	 *
	 * @param string $domain As it was typed.
	 * @return string As the ledger has it.
	 */
	private function begin( string $domain ): string {
		$lookup = new Lookup( $this->services );
		$row    = $lookup->find( $domain );
		if ( null === $row ) {
			Terminal::fail( $lookup->absence( $domain ), __( 'list all domains: wp closte domain list', 'closte-sync' ) );
		}
		$this->services->ledger()->schedule()->make_due( $row->domain );
		return $row->domain;
	}

	/**
	 * The domains that are followed, as they are now.
	 *
	 * @param ?string $domain One, or all that are not done and those that were followed before.
	 * @return list<Ledger_Row>
	 */
	private function rows( ?string $domain ): array {
		if ( null !== $domain ) {
			$row = $this->services->ledger()->find( $domain );
			return null === $row ? array() : array( $row );
		}
		$rows = array();
		foreach ( $this->services->ledger()->all() as $row ) {
			if ( ! in_array( $row->stage, array( Stage::Done, Stage::Retired ), true ) || isset( $this->said[ $row->domain ] ) ) {
				$rows[] = $row;
			}
		}
		return $rows;
	}

	/**
	 * @param list<Ledger_Row> $rows    The domains.
	 * @param ?string          $trouble Why nothing could be sent.
	 */
	private function say( array $rows, ?string $trouble ): void {
		$now       = array();
		$hindrance = $this->services->readiness()->hindrance();

		foreach ( $rows as $row ) {
			$wrong               = Advice::of( $row )->wrong;
			$state               = $row->state( $hindrance )->label();
			$now[ $row->domain ] = "$state ({$row->stage->value})" . ( '' === $wrong ? '' : ". $wrong" );
		}
		foreach ( array_diff_key( $this->said, $now ) as $domain => $before ) {
			if ( 'removed' !== $before && '' !== $domain ) {
				$now[ $domain ] = 'removed';
			}
		}
		$now[''] = (string) $trouble;
		foreach ( $now as $domain => $text ) {
			if ( ( $this->said[ $domain ] ?? '' ) !== $text && '' !== $text ) {
				Terminal::say( gmdate( 'H:i:s' ) . ' ' . ( '' === $domain ? $text : "$domain: $text" ) );
			}
		}
		$this->said = $now;
	}

	/**
	 * Whether a domain is still on its way.
	 */
	private static function moves( Ledger_Row $row ): bool {
		return ! in_array( $row->stage, array( Stage::Done, Stage::Failed, Stage::CertificateFailed, Stage::Retired ), true );
	}

	/**
	 * @param list<Ledger_Row> $rows The domains.
	 */
	private function finish( array $rows ): void {
		$unused = self::domains( $rows, Stage::Retired );
		$failed = self::domains( $rows, Stage::Failed, Stage::CertificateFailed );
		$said_of_unused = sprintf(
			/* translators: %s: one or more domains */
			_n( '%s is no longer used by this network. It is not sent or checked.', '%s are no longer used by this network. They are not sent or checked.', count( $unused ), 'closte-sync' ),
			Listing::of( $unused, self::NAMED )
		);
		if ( array() !== $failed ) {
			array() === $unused || Terminal::warn( $said_of_unused );
			Terminal::fail(
				/* translators: %s: one or more domains */
				sprintf( _n( '%s has failed. It is checked once a day.', '%s have failed. They are checked once a day.', count( $failed ), 'closte-sync' ), Listing::of( $failed, self::NAMED ) ),
				__( 'once the problem is solved: wp closte domain retry <domain>', 'closte-sync' )
			);
		}
		if ( array() !== $unused ) {
			Terminal::fail( $said_of_unused );
		}
		\WP_CLI::success(
			array() === $rows
				? __( 'No domains are left to follow.', 'closte-sync' )
				: __( 'All followed domains are working.', 'closte-sync' )
		);
	}

	/**
	 * @param list<Ledger_Row> $rows   The domains.
	 * @param Stage            $stages Which of them.
	 * @return list<string>
	 */
	private static function domains( array $rows, Stage ...$stages ): array {
		$are_in = array_filter( $rows, static fn( Ledger_Row $row ): bool => in_array( $row->stage, $stages, true ) );

		return array_column( $are_in, 'domain' );
	}

	/**
	 * Waits until something is due.
	 *
	 * @param int       $end       Unix time at which to end.
	 * @param Interrupt $interrupt Ends it too.
	 */
	private function wait( int $end, Interrupt $interrupt ): void {
		$due = min( $end, max( time() + 1, $this->services->leases()->next_due() ?? 0 ), time() + Settings::load()->check_interval );
		while ( time() < $due && ! $interrupt->has_come() ) {
			sleep( 1 );
		}
		// Another process may have changed what WordPress keeps in memory.
		wp_cache_flush_runtime();
	}
}
