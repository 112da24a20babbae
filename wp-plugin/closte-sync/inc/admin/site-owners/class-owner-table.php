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
	 * @param list<string>     $removable  Domains that they may remove.
	 * @param array<string, bool> $candidates Those that can become the address of the site: whether they can now.
	 */
	public function html( array $rows, array $removable, array $candidates ): string {
		if ( array() === $rows ) {
			return '<p>' . esc_html__( 'This site has no domains of its own yet.', 'closte-sync' ) . '</p>';
		}

		$html = '';

		foreach ( $rows as $row ) {
			$html .= $this->row( $row, in_array( $row->domain, $removable, true ), $candidates[ $row->domain ] ?? null );
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

	/**
	 * @param ?bool $can_move Whether it can become the address of the site now; null: never.
	 */
	private function row( Ledger_Row $row, bool $is_removable, ?bool $can_move ): string {
		$state = $row->state( $this->hindrance );
		$name  = $this->names->shown( $row->domain );

		return sprintf(
			'<tr><th scope="row"><strong dir="ltr" id="closte-sync-own-%5$d">%1$s</strong>%2$s</th><td>%3$s</td><td>%4$s</td></tr>',
			esc_html( $name ),
			$is_removable ? '<div class="closte-sync-actions">' . self::remove_form( $row->domain, $name ) . '</div>' : '',
			State_Label::html( $state, '' ),
			self::next( $row, $state, $can_move )
				. ( true === $can_move ? self::move_form( $row ) : '' )
				. ( State::OwnerMustAct === $state ? Records_Table::html( $row->dns_records(), $name ) : '' ),
			$row->id
		);
	}

	private static function next( Ledger_Row $row, State $state, ?bool $can_move ): string {
		$paragraphs = match ( $can_move ) {
			null  => array( self::advice( $row, $state ) ),
			true  => array( __( 'Visitors see the site there once you make it the address of the site.', 'closte-sync' ) ),
			false => array( self::advice( $row, $state ), __( 'Once it works, you can make it the address of the site here.', 'closte-sync' ) ),
		};

		return '<p>' . implode( '</p><p>', array_map( 'esc_html', $paragraphs ) ) . '</p>';
	}

	/**
	 * What its state means for the site's admins.
	 */
	public static function advice( Ledger_Row $row, State $state ): string {
		return match ( $state ) {
			State::OwnerMustAct   => Owner_Advice::of( $row ),
			State::NetworkMustAct => __( 'A network admin must act. You do not need to do anything.', 'closte-sync' ),
			State::Working        => __( 'Nothing to do.', 'closte-sync' ),
			default               => $state->description(),
		};
	}

	private static function move_form( Ledger_Row $row ): string {
		return sprintf(
			'<form method="post" action="%1$s">%2$s<button type="submit" name="%3$s" value="%4$s" class="button" aria-describedby="closte-sync-own-%5$d">%6$s</button></form>',
			esc_url( Pages::own_domains_url() ),
			Guard::nonce_field( Owner_Form::NONCE ),
			esc_attr( Owner_Form::MOVE ),
			esc_attr( $row->domain ),
			$row->id,
			esc_html__( 'Make it the address of the site', 'closte-sync' )
		);
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
