<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Flash;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Diagnosis\Wording;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Log\Action;
use ClosteSync\Log\Outcome;
use ClosteSync\Log\Reason;

/**
 * Carries out what can be done with the domains of the Domains screen, one by one or several at once.
 */
final class Domains_Actions {

	public const CHECK  = 'check';
	public const FORGET = 'forget';
	public const REMOVE = 'remove';
	public const ALL    = array( self::CHECK, self::FORGET, self::REMOVE );

	/**
	 * How many domains one click looks at, so that the page comes back: the others are due at once and follow by themselves.
	 */
	private const AT_ONCE = 20;

	public function __construct( private readonly Container $services ) {}

	/**
	 * What makes sense for a domain.
	 *
	 * @return array<string, string> Action => label.
	 */
	public static function offered( Ledger_Row $row ): array {
		$actions = array(
			self::CHECK => match ( true ) {
				null !== $row->unreadable_column() => __( 'Begin anew', 'closte-sync' ),
				$row->awaits_call()                => __( 'Retry now', 'closte-sync' ),
				default                            => __( 'Check now', 'closte-sync' ),
			},
		);
		if ( self::is_allowed( self::REMOVE, $row ) ) {
			$actions[ self::REMOVE ] = __( 'Remove from Closte', 'closte-sync' );
		}
		if ( self::is_allowed( self::FORGET, $row ) ) {
			$actions[ self::FORGET ] = __( 'Remove from the list', 'closte-sync' );
		}
		return $actions;
	}

	/**
	 * Whether an action makes sense for a domain: only what was added by hand, and no site has, or what nothing uses any
	 * longer is removed by hand; only what nobody wants any longer is forgotten.
	 */
	public static function is_allowed( string $action, Ledger_Row $row ): bool {
		return match ( $action ) {
			self::CHECK  => true,
			self::FORGET => Wanted::Present !== $row->wanted,
			self::REMOVE => Wanted::Retired === $row->wanted || ( $row->by_hand && ! Row_Source::is_of_a_site( $row->source ) ),
			default      => false,
		};
	}

	/**
	 * Whether an action is asked about before it is done.
	 */
	public static function wants_confirmation( string $action ): bool {
		return self::CHECK !== $action;
	}

	/**
	 * The nonce of a button or a confirmation: for this action and these domains only.
	 *
	 * @param list<int> $ids Rows.
	 */
	public static function nonce_action( string $action, array $ids ): string {
		return "closte-sync-domains-$action-" . implode( '-', $ids );
	}

	/**
	 * Does it, and leaves a message for the next screen.
	 *
	 * @param list<Ledger_Row> $rows The domains.
	 */
	public function run( string $action, array $rows ): void {
		$allowed = array_values( array_filter( $rows, static fn( Ledger_Row $row ): bool => self::is_allowed( $action, $row ) ) );
		$skipped = count( $rows ) - count( $allowed );
		if ( array() !== $allowed ) {
			$this->services->audit_context()->during(
				Reason::ByHand,
				fn() => match ( $action ) {
					self::CHECK  => $this->check( $allowed ),
					self::FORGET => $this->forget( $allowed ),
					self::REMOVE => $this->remove( $allowed ),
				}
			);
		}
		if ( $skipped > 0 ) {
			Flash::add(
				'warning',
				sprintf(
					/* translators: %s: number of domains */
					_n( '%s domain was left alone: it is still wanted.', '%s domains were left alone: they are still wanted.', $skipped, 'closte-sync' ),
					number_format_i18n( $skipped )
				)
			);
		}
	}

	/**
	 * Looks at them now.
	 *
	 * @param non-empty-list<Ledger_Row> $rows The domains.
	 */
	private function check( array $rows ): void {
		$this->services->circuit_breaker()->ask_again();
		$problem = $this->services->sync()->retry_all( array_column( $rows, 'domain' ), self::AT_ONCE );
		if ( null !== $problem ) {
			Flash::add( 'warning', $problem );
		}
		if ( 1 === count( $rows ) ) {
			$this->report( $rows[0] );
			return;
		}
		Flash::add(
			'success',
			sprintf(
				/* translators: %s: number of domains */
				__( '%s domains are being checked.', 'closte-sync' ),
				number_format_i18n( count( $rows ) )
			)
		);
	}

	/**
	 * Says where one domain stands after it was looked at.
	 *
	 * @param Ledger_Row $before The domain as it was.
	 */
	private function report( Ledger_Row $before ): void {
		$name = $this->services->domain_names()->shown( $before->domain );
		$row  = $this->services->ledger()->find( $before->domain );
		if ( null === $row ) {
			Wanted::Present !== $before->wanted || $before->by_hand
				/* translators: %s: domain */
				? Flash::add( 'success', sprintf( __( '%s was removed from Closte.', 'closte-sync' ), $name ) )
				/* translators: %s: domain */
				: Flash::add( 'warning', sprintf( __( 'Nothing of this network uses %s any more: it is forgotten, and Closte does not have it.', 'closte-sync' ), $name ) );
			return;
		}
		$advice = Advice::of( $row, $this->services->readiness()->hindrance() );
		Flash::add(
			Stage::Done === $row->stage ? 'success' : ( '' === $advice->wrong ? 'info' : 'warning' ),
			/* translators: 1: domain, 2: its status, 3: what is wrong and what to do next, or nothing */
			trim( sprintf( __( '%1$s: %2$s. %3$s', 'closte-sync' ), $name, Wording::stage( $row ), $advice->sentence() ) )
		);
	}

	/**
	 * Takes them off the list, and leaves them at Closte.
	 *
	 * @param non-empty-list<Ledger_Row> $rows The domains.
	 */
	private function forget( array $rows ): void {
		$log = $this->services->log();
		foreach ( $rows as $row ) {
			if ( $this->services->ledger()->delete( $row ) ) {
				$log->note( Action::Forget, Outcome::Forgotten, $row->domain, $row->blog_id, $row->source );
			}
		}
		$log->flush();
		Flash::add(
			'success',
			sprintf(
				/* translators: %s: number of domains */
				_n( '%s domain was removed from the list. If Closte has it, it stays there.', '%s domains were removed from the list. Those that Closte has stay there.', count( $rows ), 'closte-sync' ),
				number_format_i18n( count( $rows ) )
			)
		);
	}

	/**
	 * Removes them from Closte.
	 *
	 * @param non-empty-list<Ledger_Row> $rows The domains.
	 */
	private function remove( array $rows ): void {
		foreach ( $rows as $row ) {
			$this->services->sync()->domain_removed( $row->domain, $row->blog_id, Row_Source::MANUAL );
		}
		if ( 1 === count( $rows ) ) {
			$this->report( $rows[0] );
		}
	}
}
