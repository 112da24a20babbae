<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Flash;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\State;
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
		$actions = array();

		foreach ( array( Operation::Check, Operation::Remove, Operation::Forget ) as $operation ) {
			if ( $operation->suits( $row ) ) {
				$actions[ $operation->value ] = $operation->label( $row );
			}
		}

		return $actions;
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

		$refused = Refusal_Notes::without_companions( $result->refused, $rows );

		foreach ( ( new Refusal_Notes( $this->services->domain_names() ) )->of( $refused ) as $note ) {
			Flash::add( 'warning', $operation->not_done( $note ) );
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
		} elseif ( 1 === $count || self::is_line( $rows ) ) {
			foreach ( array_intersect_key( array_column( $rows, null, 'domain' ), array_flip( $domains ) ) as $row ) {
				$this->report( $operation, $row );
			}
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
	 * Whether these are a domain and its www name.
	 *
	 * @param list<Ledger_Row> $rows
	 */
	private static function is_line( array $rows ): bool {
		return 1 === count( array_unique( array_column( $rows, 'base_name' ) ) );
	}

	/**
	 * Says what came of one domain.
	 *
	 * @param Ledger_Row $before The domain as it was.
	 */
	private function report( Operation $operation, Ledger_Row $before ): void {
		$name = $this->services->domain_names()->shown( $before->domain );
		$row  = $this->services->ledger()->find( $before->domain );

		if ( null === $row ) {
			Operation::Remove === $operation || Wanted::Present !== $before->wanted || $before->by_hand
				/* translators: %s: domain */
				? Flash::add( 'success', sprintf( __( '%s was removed from Closte.', 'closte-sync' ), $name ) )
				/* translators: %s: domain */
				: Flash::add( 'warning', sprintf( __( 'No site of this network uses %s any more, and Closte does not have it. It was removed from the list.', 'closte-sync' ), $name ) );

			return;
		}

		$hindrance = $this->services->readiness()->hindrance();
		$advice    = Advice::of( $row, $hindrance );
		$state     = $row->state( $hindrance );

		Flash::add(
			match ( true ) {
				State::Working === $state => 'success',
				$state->is_troubled()     => 'warning',
				default                   => 'info',
			},
			/* translators: 1: domain, 2: its status, 3: what is wrong and what to do next, or nothing */
			trim( sprintf( __( '%1$s: %2$s. %3$s', 'closte-sync' ), $name, $state->label(), $advice->sentence() ) )
		);
	}
}
