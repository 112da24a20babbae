<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Admin\Flash;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Operations\Operation;

/**
 * Carries out what a button of the domain's page asks for, and says on the next page what came of it.
 */
final class Domain_Actions {

	public function __construct( private readonly Container $services ) {}

	public function run( Operation $operation, Ledger_Row $row ): void {
		$result  = $this->services->domain_operations()->run( $operation, array( $row ) );
		$refusal = $result->refused[ $row->domain ] ?? null;

		if ( null !== $result->warning ) {
			Flash::add( 'warning', $result->warning );
		}

		if ( null !== $refusal ) {
			Flash::add( 'warning', $operation->not_done( $refusal->sentence() ) );
			return;
		}

		$this->report( $operation, $row );
	}

	private function report( Operation $operation, Ledger_Row $before ): void {
		$name = $this->services->domain_names()->shown( $before->domain );
		$row  = $this->services->ledger()->find( $before->domain );

		if ( null === $row ) {
			Flash::add(
				'success',
				Operation::Forget === $operation
					/* translators: %s: domain */
					? sprintf( __( '%s was removed from the list. If Closte has it, it stays there.', 'closte-sync' ), $name )
					/* translators: %s: domain */
					: sprintf( __( '%s was removed from Closte.', 'closte-sync' ), $name )
			);
			return;
		}

		$hindrance = $this->services->readiness()->hindrance();
		$state     = $row->state( $hindrance );

		Flash::add(
			$state->is_troubled() ? 'warning' : 'success',
			/* translators: 1: domain, 2: its state, such as "Working", 3: what is wrong and what to do next, or nothing */
			trim( sprintf( __( '%1$s: %2$s. %3$s', 'closte-sync' ), $name, $state->label(), Advice::of( $row, $hindrance )->sentence() ) )
		);
	}
}
