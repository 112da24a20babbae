<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Site_Cell;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Diagnosis\Certificate_Standing;
use ClosteSync\Diagnosis\Wording;
use ClosteSync\Ledger\Ledger_Row;

/**
 * Makes the cells of the Domains screen's table: where a domain stands, what is wrong and what to do next.
 */
final class Domain_Cells {

	/**
	 * The moment that relative times count from.
	 */
	private readonly int $now;

	/**
	 * What keeps all domains from being sent and looked at; null: not asked yet.
	 */
	private ?string $hindrance = null;

	public function __construct( private readonly Container $services ) {
		$this->now = time();
	}

	/**
	 * @param string $column As the table names it.
	 */
	public function html( Ledger_Row $row, string $column ): string {
		return match ( $column ) {
			'domain'      => $this->domain( $row ),
			'blog_id'     => $this->site( $row ),
			'stage'       => $this->stage( $row ),
			'advice'      => $this->advice( $row ),
			'dns'         => $this->checked( Wording::dns_state( $row->dns_state ), $row->dns_checked_at ),
			'certificate' => $this->certificate( $row ),
			'next_check'  => $this->next_check( $row ),
			'source'      => esc_html( $this->services->sources()->label( $row->source ) ),
			'created'     => esc_html( (string) wp_date( (string) get_option( 'date_format' ), $row->created_at ) ),
			default       => '',
		};
	}

	/**
	 * The domain as people write it, told from what looks like it.
	 */
	public function name( Ledger_Row $row ): string {
		return $this->services->domain_names()->shown( $row->domain );
	}

	/**
	 * The domain, as people write it and, where that differs, as it is sent. Names run from left to right in every
	 * language, or `*.example.com` would read `example.com.*`. A narrow screen shows this column alone: it says the
	 * status too.
	 */
	private function domain( Ledger_Row $row ): string {
		$a_label = $this->services->domain_names()->a_label( $row->domain );
		$name    = '<strong dir="ltr">' . esc_html( $this->services->domain_names()->unicode( $row->domain ) ) . '</strong>';
		if ( null !== $a_label ) {
			$name .= '<span class="closte-sync-ascii" dir="ltr">' . esc_html( $a_label ) . '</span>';
		}
		return $name . '<span class="closte-sync-brief">' . $this->status( $row ) . '</span>';
	}

	private function site( Ledger_Row $row ): string {
		$site = $row->blog_id > 0 ? get_site( $row->blog_id ) : null;
		return null === $site ? Site_Cell::none() : Site_Cell::link( $site );
	}

	private function stage( Ledger_Row $row ): string {
		$html = $this->status( $row );
		if ( $row->stage_since > 0 ) {
			/* translators: %s: a span of time */
			$html .= '<br><span class="closte-sync-next">' . esc_html( sprintf( __( 'for %s', 'closte-sync' ), human_time_diff( $row->stage_since, $this->now ) ) ) . '</span>';
		}
		return $html;
	}

	private function advice( Ledger_Row $row ): string {
		$advice = Advice::of( $row, $this->hindrance() );
		$html   = '' === $advice->wrong ? '' : '<p>' . esc_html( $advice->wrong ) . '</p>';
		if ( '' !== $advice->next ) {
			$html .= '<p class="closte-sync-next">' . esc_html( $advice->next ) . '</p>';
		}
		return '' === $html ? esc_html__( 'Nothing to do.', 'closte-sync' ) : $html;
	}

	private function certificate( Ledger_Row $row ): string {
		$html = $this->checked( Wording::certificate_state( $row->certificate_state ), $row->certificate_checked_at );
		$days = $row->certificate_not_after > 0 ? Certificate_Standing::days_left( $row->certificate_not_after, $this->now ) : null;
		if ( null === $days ) {
			return $html;
		}
		$text = match ( true ) {
			$days < 0  => __( 'has ended', 'closte-sync' ),
			0 === $days => __( 'ends within a day', 'closte-sync' ),
			/* translators: %s: number of days */
			default    => sprintf( _n( 'ends in %s day', 'ends in %s days', $days, 'closte-sync' ), number_format_i18n( $days ) ),
		};
		return $html . '<br><span class="closte-sync-next">' . esc_html( $text ) . '</span>';
	}

	private function next_check( Ledger_Row $row ): string {
		if ( 0 === $row->next_check_at ) {
			return esc_html__( 'never', 'closte-sync' );
		}
		$hindrance = $this->hindrance();
		if ( '' !== $hindrance ) {
			return esc_html(
				match ( $hindrance ) {
					'identity' => __( 'once you have said whether this network has moved or is a copy', 'closte-sync' ),
					'off'      => __( 'once it is switched on', 'closte-sync' ),
					'key'      => __( 'once there is an API key', 'closte-sync' ),
					default    => __( 'once the extension is there', 'closte-sync' ),
				}
			);
		}
		if ( $row->next_check_at <= $this->now ) {
			return esc_html__( 'now', 'closte-sync' );
		}
		return sprintf(
			'<time datetime="%1$s" title="%2$s">%3$s</time>',
			esc_attr( gmdate( 'c', $row->next_check_at ) ),
			esc_attr( (string) wp_date( 'Y-m-d H:i:s', $row->next_check_at ) ),
			/* translators: %s: a span of time */
			esc_html( sprintf( __( 'in %s', 'closte-sync' ), human_time_diff( $this->now, $row->next_check_at ) ) )
		);
	}

	private function status( Ledger_Row $row ): string {
		return sprintf(
			'<span class="closte-sync-status %s">%s</span>',
			esc_attr( 'is-' . Wording::status( $row ) ),
			esc_html( Wording::stage( $row ) )
		);
	}

	/**
	 * What keeps all domains from being sent and looked at, or ''.
	 */
	private function hindrance(): string {
		$this->hindrance ??= $this->services->readiness()->hindrance();
		return $this->hindrance;
	}

	/**
	 * A state with the time of the look behind it.
	 *
	 * @param string $state What was found, in words, or '' for nothing yet.
	 * @param int    $time  Unix time of the look, or 0.
	 */
	private function checked( string $state, int $time ): string {
		if ( '' === $state || 0 === $time ) {
			return '<span aria-hidden="true">—</span><span class="screen-reader-text">' . esc_html__( 'Not looked at yet', 'closte-sync' ) . '</span>';
		}
		return sprintf(
			'<span title="%s">%s</span>',
			/* translators: %s: a span of time */
			esc_attr( sprintf( __( '%s ago', 'closte-sync' ), human_time_diff( $time, $this->now ) ) ),
			esc_html( $state )
		);
	}
}
