<?php
/**
 * What the table of the Domains screen says of a domain.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Site_Cell;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Diagnosis\Wording;
use ClosteSync\Ledger\Ledger_Row;

/**
 * The columns of the Domains screen: where a domain stands, what is wrong and what to do next.
 */
abstract class Domains_Columns extends \WP_List_Table {

	/**
	 * The moment that relative times count from.
	 */
	private readonly int $now;

	/**
	 * What keeps all domains from being sent and looked at; null: not asked yet.
	 */
	private ?string $hindrance = null;

	/**
	 * Takes the plugin's objects, for its ledger and its names.
	 *
	 * @param Container $services The plugin's objects.
	 */
	public function __construct( protected readonly Container $services ) {
		parent::__construct(
			array(
				'singular' => 'closte-sync-domain',
				'plural'   => 'closte-sync-domains',
				'ajax'     => false,
				'screen'   => Domains_Screen::screen_id(),
			)
		);
		$this->now = time();
	}

	/**
	 * The columns.
	 *
	 * @return array<string, string>
	 */
	public function get_columns(): array {
		return array(
			'cb'          => '<input type="checkbox">',
			'domain'      => __( 'Domain', 'closte-sync' ),
			'blog_id'     => __( 'Site', 'closte-sync' ),
			'stage'       => __( 'Status', 'closte-sync' ),
			'advice'      => __( 'What to do next', 'closte-sync' ),
			'dns'         => __( 'DNS', 'closte-sync' ),
			'certificate' => __( 'Certificate', 'closte-sync' ),
			'next_check'  => __( 'Next look', 'closte-sync' ),
			'source'      => __( 'Heard from', 'closte-sync' ),
			'created'     => __( 'Recorded', 'closte-sync' ),
		);
	}

	/**
	 * Columns that can be sorted by.
	 *
	 * @return array<string, array<mixed>>
	 */
	protected function get_sortable_columns(): array {
		return array(
			'domain'     => array( 'domain', false, __( 'Domain', 'closte-sync' ), __( 'Table ordered by domain.', 'closte-sync' ), 'asc' ),
			'blog_id'    => array( 'blog_id', false ),
			'stage'      => array( 'stage', false ),
			'next_check' => array( 'next_check_at', false ),
			'created'    => array( 'created_at', true ),
		);
	}

	/**
	 * The column that stays on narrow screens.
	 */
	protected function get_default_primary_column_name(): string {
		return 'domain';
	}

	/**
	 * The checkbox.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_cb( $item ): string {
		return sprintf(
			'<input type="checkbox" name="ids[]" value="%1$d" id="cb-select-%1$d"><label for="cb-select-%1$d"><span class="screen-reader-text">%2$s</span></label>',
			(int) $item->id,
			/* translators: %s: domain */
			esc_html( sprintf( __( 'Select %s', 'closte-sync' ), $this->name( $item ) ) )
		);
	}

	/**
	 * The domain, as people write it and, where that differs, as it is sent. Names run from left to right in every
	 * language, or `*.example.com` would read `example.com.*`. A narrow screen shows this column alone: it says the status too.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_domain( Ledger_Row $item ): string {
		$a_label = $this->services->domain_names()->a_label( $item->domain );
		$name    = '<strong dir="ltr">' . esc_html( $this->services->domain_names()->unicode( $item->domain ) ) . '</strong>';
		if ( null !== $a_label ) {
			$name .= '<span class="closte-sync-ascii" dir="ltr">' . esc_html( $a_label ) . '</span>';
		}
		return $name . '<span class="closte-sync-brief">' . $this->status( $item ) . '</span>';
	}

	/**
	 * The site that it belongs to.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_blog_id( Ledger_Row $item ): string {
		$site = $item->blog_id > 0 ? get_site( $item->blog_id ) : null;
		return null === $site ? Site_Cell::none() : Site_Cell::link( $site );
	}

	/**
	 * Where it stands, and since when.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_stage( Ledger_Row $item ): string {
		$html = $this->status( $item );
		if ( $item->stage_since > 0 ) {
			/* translators: %s: a span of time */
			$html .= '<br><span class="closte-sync-next">' . esc_html( sprintf( __( 'for %s', 'closte-sync' ), human_time_diff( $item->stage_since, $this->now ) ) ) . '</span>';
		}
		return $html;
	}

	/**
	 * What is wrong and what to do next.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_advice( Ledger_Row $item ): string {
		$advice = Advice::of( $item, $this->hindrance() );
		$html   = '' === $advice->wrong ? '' : '<p>' . esc_html( $advice->wrong ) . '</p>';
		if ( '' !== $advice->next ) {
			$html .= '<p class="closte-sync-next">' . esc_html( $advice->next ) . '</p>';
		}
		return '' === $html ? esc_html__( 'Nothing to do.', 'closte-sync' ) : $html;
	}

	/**
	 * What DNS said last.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_dns( Ledger_Row $item ): string {
		return $this->checked( Wording::dns_state( $item->dns_state ), $item->dns_checked_at );
	}

	/**
	 * What the certificate was last.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_certificate( Ledger_Row $item ): string {
		$html = $this->checked( Wording::certificate_state( $item->certificate_state ), $item->certificate_checked_at );
		if ( $item->certificate_not_after > 0 && $item->certificate_not_after > $this->now ) {
			$days  = (int) ceil( ( $item->certificate_not_after - $this->now ) / DAY_IN_SECONDS );
			/* translators: %s: number of days */
			$html .= '<br><span class="closte-sync-next">' . esc_html( sprintf( _n( 'ends in %s day', 'ends in %s days', $days, 'closte-sync' ), number_format_i18n( $days ) ) ) . '</span>';
		}
		return $html;
	}

	/**
	 * When it is looked at next.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_next_check( Ledger_Row $item ): string {
		$hindrance = $this->hindrance();
		if ( '' !== $hindrance ) {
			return esc_html(
				match ( $hindrance ) {
					'off'   => __( 'once it is switched on', 'closte-sync' ),
					'key'   => __( 'once there is an API key', 'closte-sync' ),
					default => __( 'once the extension is there', 'closte-sync' ),
				}
			);
		}
		if ( $item->next_check_at <= $this->now ) {
			return esc_html__( 'now', 'closte-sync' );
		}
		return sprintf(
			'<time datetime="%1$s" title="%2$s">%3$s</time>',
			esc_attr( gmdate( 'c', $item->next_check_at ) ),
			esc_attr( (string) wp_date( 'Y-m-d H:i:s', $item->next_check_at ) ),
			/* translators: %s: a span of time */
			esc_html( sprintf( __( 'in %s', 'closte-sync' ), human_time_diff( $this->now, $item->next_check_at ) ) )
		);
	}

	/**
	 * Who told of it.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_source( Ledger_Row $item ): string {
		return esc_html( $this->services->sources()->label( $item->source ) );
	}

	/**
	 * When it was recorded.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_created( Ledger_Row $item ): string {
		return esc_html( (string) wp_date( (string) get_option( 'date_format' ), $item->created_at ) );
	}

	/**
	 * The domain as people write it, told from what looks like it.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function name( Ledger_Row $item ): string {
		return $this->services->domain_names()->shown( $item->domain );
	}

	/**
	 * Where it stands, in a word or two.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	private function status( Ledger_Row $item ): string {
		return sprintf(
			'<span class="closte-sync-status %s">%s</span>',
			esc_attr( 'is-' . Wording::status( $item ) ),
			esc_html( $item->stage->label() )
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
