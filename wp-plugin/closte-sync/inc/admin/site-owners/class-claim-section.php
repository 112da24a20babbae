<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Site_Owners;

use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Records_Table;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Operations\Domain_Preview;
use ClosteSync\Owners\Claim;

/**
 * Shows a domain that is to be confirmed, with the records that do it.
 */
final class Claim_Section {

	public function __construct(
		private readonly Domain_Names $names,
		private readonly Domain_Preview $previews,
		private readonly int $blog_id,
	) {}

	/**
	 * @param bool $accepts_pointing Whether it also proves the claim that the domain points here.
	 * @param bool $in_full          Whether the records that point it here are looked up: that takes a moment.
	 */
	public function html( Claim $claim, bool $accepts_pointing, bool $in_full ): string {
		$proof   = array(
			'action' => 'set',
			'type'   => 'TXT',
			'name'   => $claim->record_name(),
			'value'  => $claim->token,
		);
		$records = $in_full ? $this->records( $claim ) : array();
		$name    = $this->names->shown( $claim->domain );
		$html    = sprintf(
			'<p>%1$s</p>%2$s',
			$accepts_pointing
				? esc_html__( 'Set this TXT record, or point the domain to this site. Either one shows that the domain is yours.', 'closte-sync' )
				: esc_html__( 'Set this TXT record. For this domain, only the record shows that it is yours.', 'closte-sync' ),
			Records_Table::html( array( $proof ), $name )
		);

		if ( array() !== $records ) {
			$html .= '<p>' . esc_html__( 'These records point the domain to this site:', 'closte-sync' ) . '</p>' . Records_Table::html( $records, $name );
		}

		return sprintf(
			'<div class="card closte-sync-claim"><h3 dir="ltr" id="%10$s">%1$s</h3>%2$s<form method="post" action="%3$s">%4$s<p><button type="submit" name="%5$s" value="%6$s" class="button" aria-describedby="%10$s">%7$s</button> <button type="submit" name="%8$s" value="%6$s" class="button-link button-link-delete" aria-describedby="%10$s">%9$s</button></p></form></div>',
			esc_html( $name ),
			$html,
			esc_url( Pages::own_domains_url() ),
			Guard::nonce_field( Owner_Form::NONCE ),
			esc_attr( Owner_Form::ADD ),
			esc_attr( $claim->domain ),
			esc_html__( 'Check again', 'closte-sync' ),
			esc_attr( Owner_Form::REMOVE ),
			esc_html__( 'Cancel', 'closte-sync' ),
			esc_attr( "closte-sync-claim-$claim->domain" )
		);
	}

	/**
	 * @return list<array{action: string, type: string, name: string, value: string}>
	 */
	private function records( Claim $claim ): array {
		try {
			return $this->previews->dns( $this->previews->of( $claim->domain, $this->blog_id ) )->records;
		} catch ( \Closte\ClosteException ) {
			return array();
		}
	}
}
