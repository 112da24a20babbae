<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Site_Domains;

use ClosteSync\Admin\Records_Table;
use ClosteSync\Admin\State_Label;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\State;
use ClosteSync\Operations\Site_Domain;

/**
 * Shows the domains of a site: who must act for each, what to do, and the records to set. Links and buttons are up to the
 * screen that shows it.
 */
final class Site_Domains_Table {

	/**
	 * @param string                         $hindrance As \ClosteSync\Sync\Readiness::hindrance() says.
	 * @param \Closure(Site_Domain): string $actions   What can be done with one, escaped; '': nothing.
	 */
	public function __construct(
		private readonly Domain_Names $names,
		private readonly string $hindrance,
		private readonly \Closure $actions,
	) {}

	/**
	 * @param list<Site_Domain> $domains
	 */
	public function html( array $domains ): string {
		$rows = '';

		foreach ( $domains as $domain ) {
			$rows .= sprintf(
				'<tr data-domain="%1$s"><th scope="row" class="column-primary">%2$s%3$s</th><td>%4$s</td><td>%5$s</td></tr>',
				esc_attr( $domain->domain ),
				$this->name( $domain ),
				( $this->actions )( $domain ),
				null === $domain->row ? '<span aria-hidden="true">—</span>' : State_Label::html( $domain->row->state( $this->hindrance ) ),
				null === $domain->row ? esc_html( self::why_not_recorded( $domain ) ) : $this->advice( $domain->row )
			);
		}

		return sprintf(
			'<table class="widefat striped closte-sync-site-domains"><caption class="screen-reader-text">%1$s</caption><thead><tr><th scope="col">%2$s</th><th scope="col">%3$s</th><th scope="col">%4$s</th></tr></thead><tbody>%5$s</tbody></table>',
			esc_html__( 'Domains of this site', 'closte-sync' ),
			esc_html__( 'Domain', 'closte-sync' ),
			esc_html__( 'Status', 'closte-sync' ),
			esc_html__( 'What to do next', 'closte-sync' ),
			$rows
		);
	}

	private function name( Site_Domain $domain ): string {
		$a_label = $this->names->a_label( $domain->domain );
		$what    = $domain->is_address ? __( 'Address of the site', 'closte-sync' ) : '';

		return '<strong dir="ltr">' . esc_html( $this->names->unicode( $domain->domain ) ) . '</strong>'
			. ( null === $a_label ? '' : '<span class="closte-sync-ascii" dir="ltr">' . esc_html( $a_label ) . '</span>' )
			. ( '' === $what ? '' : '<span class="closte-sync-what">' . esc_html( $what ) . '</span>' );
	}

	private static function why_not_recorded( Site_Domain $domain ): string {
		return $domain->is_served
			? __( 'Nothing to do: the network serves this domain.', 'closte-sync' )
			: __( 'This domain is not on the list of domains yet. It is added automatically within a day. To add it now, send all domains on the settings screen.', 'closte-sync' );
	}

	private function advice( Ledger_Row $row ): string {
		$advice  = Advice::of( $row, $this->hindrance );
		$name    = $this->names->shown( $row->domain );
		$records = Records_Table::html( $row->dns_records(), $name );
		$html    = '' === $advice->sentence() ? '<p>' . esc_html__( 'Nothing to do.', 'closte-sync' ) . '</p>' : '';

		foreach ( array_filter( array( $advice->wrong, $advice->next ) ) as $sentence ) {
			$html .= '<p>' . esc_html( $sentence ) . '</p>';
		}

		return '' === $records ? $html : sprintf(
			'%1$s<details%2$s><summary aria-label="%5$s">%3$s</summary>%4$s</details>',
			$html,
			State::OwnerMustAct === $row->state( $this->hindrance ) ? ' open' : '',
			esc_html__( 'DNS records', 'closte-sync' ),
			$records,
			esc_attr( Records_Table::title( $name ) )
		);
	}
}
