<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Guard;
use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Operations\Operation;
use ClosteSync\Operations\Refusal;

/**
 * Asks before domains are removed, and says which of those selected are left alone.
 */
final class Removal_Confirmation {

	/**
	 * @param non-empty-list<Ledger_Row> $rows     Those that are removed.
	 * @param array<string, Refusal>     $refusals Of the others.
	 */
	private function __construct(
		private readonly Container $services,
		private readonly Operation $operation,
		private readonly array $rows,
		private readonly array $refusals,
	) {}

	/**
	 * @param list<Ledger_Row> $rows
	 * @return ?self Null: none of them can be removed.
	 */
	public static function of( Container $services, string $action, array $rows ): ?self {
		$operation = Operation::from( $action );
		$refusals  = Refusal_Notes::without_companions( $services->domain_operations()->refusals( $operation, $rows ), $rows );
		$allowed   = array_values( array_filter( $rows, static fn( Ledger_Row $row ): bool => ! isset( $refusals[ $row->domain ] ) ) );

		return array() === $allowed ? null : new self( $services, $operation, $allowed, $refusals );
	}

	/**
	 * @param string $list Address of the list that the user comes from.
	 */
	public function show( string $list ): void {
		$forget = Operation::Forget === $this->operation;
		$ids    = array_column( $this->rows, 'id' );

		$title  = $forget ? __( 'Remove from the list', 'closte-sync' ) : __( 'Remove from Closte', 'closte-sync' );

		printf( '<h1>%s</h1>', esc_html( $title ) );
		printf(
			'<p>%s</p><ul class="ul-disc">',
			esc_html(
				$forget
					? __( 'These domains are removed from the list. Those that Closte has stay there, and this network no longer keeps track of them:', 'closte-sync' )
					: __( 'Closte stops serving these domains:', 'closte-sync' )
			)
		);

		foreach ( $this->rows as $row ) {
			printf( '<li dir="ltr">%s</li>', esc_html( $this->services->domain_names()->shown( $row->domain ) ) );
		}

		echo '</ul>';

		if ( array() !== $this->refusals ) {
			printf( '<p>%s</p><ul class="ul-disc">', esc_html__( 'These domains stay as they are:', 'closte-sync' ) );

			foreach ( ( new Refusal_Notes( $this->services->domain_names() ) )->of( $this->refusals ) as $note ) {
				printf( '<li>%s</li>', esc_html( $note ) );
			}

			echo '</ul>';
		}

		printf( '<form method="post" action="%s">', esc_url( $list ) );
		echo Guard::nonce_field( Domains_Actions::nonce_action( $this->operation->value, $ids ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		printf( '<input type="hidden" name="action" value="%s">', esc_attr( $this->operation->value ) );
		printf( '<input type="hidden" name="ids" value="%s">', esc_attr( implode( ',', $ids ) ) );
		echo '<input type="hidden" name="confirmed" value="1"><p class="submit">';
		submit_button( __( 'Confirm removal', 'closte-sync' ), 'primary', 'submit', false );
		printf( ' <a class="button" href="%s">%s</a></p></form>', esc_url( $list ), esc_html__( 'Cancel', 'closte-sync' ) );
	}
}
