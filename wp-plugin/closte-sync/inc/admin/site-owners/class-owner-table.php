<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Site_Owners;

use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Records_Table;
use ClosteSync\Admin\State_Label;
use ClosteSync\Diagnosis\Owner_Advice;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\State;

/**
 * Lists the domains of a site for its admins: who must act, and what they can do themselves. Nothing of the network.
 */
final class Owner_Table {

	/**
	 * @param string $hindrance What keeps all domains from being sent, as {@see \ClosteSync\Sync\Readiness::hindrance()} says.
	 */
	public function __construct( private readonly Domain_Names $names, private readonly string $hindrance ) {}

	/**
	 * @param list<Ledger_Row> $rows
	 * @param list<Ledger_Row> $removable
	 */
	public function html( array $rows, array $removable ): string {
		if ( array() === $rows ) {
			return '<p>' . esc_html__( 'This site has no domains of its own yet.', 'closte-sync' ) . '</p>';
		}

		$removable = array_column( $removable, 'domain' );
		$html      = '';

		foreach ( $rows as $row ) {
			$html .= $this->row( $row, in_array( $row->domain, $removable, true ) );
		}

		return sprintf(
			'<table class="widefat striped closte-sync-site-domains"><caption class="screen-reader-text">%1$s</caption><thead><tr><th scope="col">%2$s</th><th scope="col">%3$s</th><th scope="col">%4$s</th></tr></thead><tbody>%5$s</tbody></table>',
			esc_html__( 'Domains of this site', 'closte-sync' ),
			esc_html__( 'Domain', 'closte-sync' ),
			esc_html__( 'Status', 'closte-sync' ),
			esc_html__( 'What to do next', 'closte-sync' ),
			$html
		);
	}

	private function row( Ledger_Row $row, bool $is_removable ): string {
		$state = $row->state( $this->hindrance );
		$name  = $this->names->shown( $row->domain );

		return sprintf(
			'<tr><th scope="row"><strong dir="ltr">%1$s</strong>%2$s</th><td>%3$s</td><td>%4$s</td></tr>',
			esc_html( $name ),
			$is_removable ? '<div class="closte-sync-actions">' . self::remove_form( $row->domain, $name ) . '</div>' : '',
			State_Label::html( $state, '' ),
			'<p>' . esc_html( self::advice( $row, $state ) ) . '</p>' . ( State::OwnerMustAct === $state ? Records_Table::html( $row->dns_records() ) : '' )
		);
	}

	private static function advice( Ledger_Row $row, State $state ): string {
		return match ( $state ) {
			State::OwnerMustAct   => Owner_Advice::of( $row ),
			State::NetworkMustAct => __( 'The administrator of the network must act. You do not need to do anything.', 'closte-sync' ),
			State::Working        => __( 'Nothing to do.', 'closte-sync' ),
			default               => $state->description(),
		};
	}

	private static function remove_form( string $domain, string $name ): string {
		return sprintf(
			'<form method="post" action="%1$s" data-confirm="%2$s">%3$s<button type="submit" name="%4$s" value="%5$s" class="button-link button-link-delete" aria-label="%6$s">%7$s</button></form>',
			esc_url( Pages::own_domains_url() ),
			/* translators: %s: domain */
			esc_attr( sprintf( __( 'Remove %s from this site? Visitors no longer reach the site there.', 'closte-sync' ), $name ) ),
			Guard::nonce_field( Owner_Form::NONCE ),
			esc_attr( Owner_Form::REMOVE ),
			esc_attr( $domain ),
			/* translators: %s: domain */
			esc_attr( sprintf( __( 'Remove %s', 'closte-sync' ), $name ) ),
			esc_html__( 'Remove', 'closte-sync' )
		);
	}
}
