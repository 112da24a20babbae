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
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Operations\Operation;

/**
 * Carries out what can be done with the domains of the Domains screen, one by one or several at once.
 */
final class Domains_Actions {

	public const CHECK  = 'check';
	public const FORGET = 'forget';
	public const REMOVE = 'remove';
	public const ALL    = array( self::CHECK, self::FORGET, self::REMOVE );

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
	 * Whether an action is offered for a domain.
	 */
	public static function is_allowed( string $action, Ledger_Row $row ): bool {
		return Operation::tryFrom( $action )?->suits( $row ) ?? false;
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
		$operation = Operation::from( $action );
		$result    = $this->services->domain_operations()->run( $operation, $rows );

		if ( null !== $result->warning ) {
			Flash::add( 'warning', $result->warning );
		}

		$handled = array( ...$result->done, ...$result->waiting );

		if ( array() !== $handled ) {
			$this->say( $operation, $rows, $handled );
		}

		foreach ( $result->refused as $refusal ) {
			Flash::add( 'warning', $refusal->sentence() );
		}
	}

	/**
	 * @param list<Ledger_Row>       $rows    As they were.
	 * @param non-empty-list<string> $domains For which it was done, or is recorded.
	 */
	private function say( Operation $operation, array $rows, array $domains ): void {
		$count = count( $domains );

		if ( Operation::Forget === $operation ) {
			Flash::add(
				'success',
				sprintf(
					/* translators: %s: number of domains */
					_n( '%s domain was removed from the list. If Closte has it, it stays there.', '%s domains were removed from the list. Those that Closte has stay there.', $count, 'closte-sync' ),
					number_format_i18n( $count )
				)
			);
		} elseif ( 1 === $count ) {
			$this->report( array_column( $rows, null, 'domain' )[ $domains[0] ] );
		} elseif ( Operation::Check === $operation ) {
			Flash::add(
				'success',
				sprintf(
					/* translators: %s: number of domains */
					_n( '%s domain is being checked.', '%s domains are being checked.', $count, 'closte-sync' ),
					number_format_i18n( $count )
				)
			);
		} else {
			Flash::add(
				'success',
				sprintf(
					/* translators: %s: number of domains */
					_n( '%s domain is being removed from Closte.', '%s domains are being removed from Closte.', $count, 'closte-sync' ),
					number_format_i18n( $count )
				)
			);
		}
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
}
