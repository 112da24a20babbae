<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Operations\Operation;

/**
 * What can be done with a domain, one plain form each; what cannot be done says why, and what to do instead.
 */
final class Actions_Section {

	public function __construct( private readonly Container $services ) {}

	public function html( Ledger_Row $row ): string {
		$html     = self::form( Operation::Check, $row, Operation::Check->label( $row ), 'button button-primary' );
		$refusals = array();

		foreach ( array( Operation::Remove, Operation::Forget ) as $operation ) {
			$refusal = $this->services->domain_operations()->refusal( $operation, $row );

			if ( null !== $refusal ) {
				$refusals[ $refusal->sentence() ] = $refusal;
			} elseif ( $operation->suits( $row ) ) {
				$html .= self::form( $operation, $row, $operation->label( $row ), 'button button-link-delete' );
			}
		}

		foreach ( $refusals as $refusal ) {
			$html .= sprintf(
				'<p>%1$s %2$s%3$s</p>',
				/* translators: %s: why, in a sentence */
				esc_html( sprintf( __( 'Removing is not possible: %s', 'closte-sync' ), $refusal->message ) ),
				esc_html( $refusal->advice ),
				0 === $refusal->blog_id ? '' : sprintf(
					' <a href="%1$s">%2$s</a>',
					esc_url( Pages::site_domains_url( $refusal->blog_id ) ),
					esc_html__( 'Domains of this site', 'closte-sync' )
				)
			);
		}

		return $html;
	}

	/**
	 * The fields of a form that asks for an operation.
	 */
	public static function fields( Operation $operation, Ledger_Row $row ): string {
		return sprintf( '<input type="hidden" name="operation" value="%s">', esc_attr( $operation->value ) )
			. Guard::nonce_field( self::nonce_action( $operation, $row->id ) );
	}

	/**
	 * The nonce of a form: for this operation and this domain only.
	 */
	public static function nonce_action( Operation $operation, int $id ): string {
		return "closte-sync-domain-$operation->value-$id";
	}

	private static function form( Operation $operation, Ledger_Row $row, string $label, string $css_class ): string {
		return sprintf(
			'<form method="post" action="%1$s">%2$s<button type="submit" class="%3$s">%4$s</button></form>',
			esc_url( Pages::domain_url( $row->id, $row->domain ) ),
			self::fields( $operation, $row ),
			esc_attr( $css_class ),
			esc_html( $label )
		);
	}
}
