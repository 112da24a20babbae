<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Site_Cell;
use ClosteSync\Admin\State_Label;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Labels;
use ClosteSync\Ledger\Ledger_Row;

/**
 * Says what is recorded of a domain: its site, its source, how far it has come, when it is checked, and its www name.
 */
final class Facts_Section {

	public function __construct( private readonly Container $services ) {}

	public function html( Ledger_Row $row, string $hindrance ): string {
		$facts = array(
			__( 'Site', 'closte-sync' )        => $this->site( $row ),
			__( 'Source', 'closte-sync' )      => esc_html( $this->services->sources()->label( $row->source ) ),
			__( 'Stage', 'closte-sync' )       => esc_html( Labels::stage( $row ) ),
			__( 'Next check', 'closte-sync' )  => ( new Next_Check( $row, $hindrance ) )->html(),
			__( 'DNS', 'closte-sync' )         => self::checked( Labels::dns_state( $row->dns_state ), $row->dns_checked_at ),
			__( 'Certificate', 'closte-sync' ) => self::certificate( $row ),
		) + $this->partner( $row, $hindrance );

		$html = '';

		foreach ( $facts as $label => $fact ) {
			$html .= sprintf( '<dt>%s</dt><dd>%s</dd>', esc_html( $label ), $fact );
		}

		return "<dl class=\"closte-sync-facts\">$html</dl>";
	}

	private function site( Ledger_Row $row ): string {
		$site = $row->blog_id > 0 ? get_site( $row->blog_id ) : null;

		return null === $site ? esc_html__( 'No site', 'closte-sync' ) : Site_Cell::link( $site );
	}

	private static function certificate( Ledger_Row $row ): string {
		$html = self::checked( Labels::certificate_state( $row->certificate_state ), $row->certificate_checked_at );

		if ( 0 === $row->certificate_checked_at ) {
			return $html;
		}

		if ( '' !== $row->certificate_issuer ) {
			/* translators: %s: name of an authority */
			$html .= '<br>' . sprintf( esc_html__( 'Issued by %s', 'closte-sync' ), '<bdi>' . esc_html( $row->certificate_issuer ) . '</bdi>' );
		}

		return 0 === $row->certificate_not_after ? $html : $html . '<br>' . sprintf(
			/* translators: %s: date and time */
			esc_html__( 'Valid until %s', 'closte-sync' ),
			Local_Time::html( $row->certificate_not_after )
		);
	}

	/**
	 * What was found, and when.
	 */
	private static function checked( string $found, int $time ): string {
		return '' === $found || 0 === $time ? esc_html__( 'Not checked yet', 'closte-sync' ) : sprintf(
			'%1$s<br><span class="closte-sync-since">%2$s</span>',
			esc_html( $found ),
			/* translators: %s: date and time */
			sprintf( esc_html__( 'Checked on %s', 'closte-sync' ), Local_Time::html( $time ) )
		);
	}

	/**
	 * The name with www, or the one without.
	 *
	 * @return array<string, string> Label and HTML; empty where there is none.
	 */
	private function partner( Ledger_Row $row, string $hindrance ): array {
		$names = $this->services->domain_names();
		$name  = $names->counterpart( $row->domain );
		$other = null === $name ? null : $this->services->ledger()->find( $name );

		if ( null === $other ) {
			return array();
		}

		return array(
			$names->is_www( $other->domain ) ? __( 'With www', 'closte-sync' ) : __( 'Without www', 'closte-sync' ) => sprintf(
				'<a href="%1$s" dir="ltr">%2$s</a><br>%3$s',
				esc_url( Pages::domain_url( $other->id, $other->domain ) ),
				esc_html( $names->unicode( $other->domain ) ),
				State_Label::html( $other->state( $hindrance ) )
			),
		);
	}
}
