<?php
/**
 * The table of the Domains screen.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Diagnosis\Advice;
use ClosteSync\Diagnosis\Wording;
use ClosteSync\Ledger_Row;
use ClosteSync\Services;
use ClosteSync\Stage;

/**
 * The table of the Domains screen: one row a domain, where it stands, what is wrong and what to do next.
 */
final class Domains_List_Table extends \WP_List_Table {

	/**
	 * The moment that relative times count from.
	 */
	private readonly int $now;

	/**
	 * Takes the plugin's objects, for its ledger, and what of it is asked for.
	 *
	 * @param Services        $services The plugin\'s objects.
	 * @param Domains_Query $query  What the address of the screen asks for.
	 */
	public function __construct(
		private readonly Services $services,
		private readonly Domains_Query $query,
	) {
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
	 * Reads the rows of this page.
	 */
	public function prepare_items(): void {
		$per_page = $this->get_items_per_page( Domains_Screen::PER_PAGE_OPTION, Domains_Screen::PER_PAGE );
		$total    = $this->services->ledger()->count( $this->query->to_ledger_query( $this->services->domain_names(), $per_page, 1 ) );
		$this->set_pagination_args(
			array(
				'total_items' => $total,
				'per_page'    => $per_page,
			)
		);
		$this->items = $this->services->ledger()->query( $this->query->to_ledger_query( $this->services->domain_names(), $per_page, $this->get_pagenum() ) );
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
	 * One view a stage, with its count.
	 *
	 * @return array<string, string>
	 */
	protected function get_views(): array {
		$counts = $this->services->ledger()->counts_by_stage();
		$views  = array(
			'all' => $this->view_link( '', __( 'All', 'closte-sync' ), array_sum( $counts ) ),
		);
		foreach ( Stage::cases() as $stage ) {
			$count = $counts[ $stage->value ] ?? 0;
			if ( $count > 0 || $stage === $this->query->stage ) {
				$views[ $stage->value ] = $this->view_link( $stage->value, $stage->label(), $count );
			}
		}
		return $views;
	}

	/**
	 * The link of a view.
	 *
	 * @param string $stage Value of the stage, or '' for all.
	 * @param string $label What it is called.
	 * @param int    $count How many domains it has.
	 */
	private function view_link( string $stage, string $label, int $count ): string {
		return sprintf(
			'<a href="%1$s"%2$s>%3$s <span class="count">(%4$s)</span></a>',
			esc_url( Admin::domains_url( '' === $stage ? array() : array( 'stage' => $stage ) ) ),
			( $this->query->stage?->value ?? '' ) === $stage ? ' class="current" aria-current="page"' : '',
			esc_html( $label ),
			esc_html( number_format_i18n( $count ) )
		);
	}

	/**
	 * What can be done with several domains at once.
	 *
	 * @return array<string, string>
	 */
	protected function get_bulk_actions(): array {
		return array(
			Domains_Actions::CHECK  => __( 'Check or retry now', 'closte-sync' ),
			Domains_Actions::FORGET => __( 'Remove from the list', 'closte-sync' ),
		);
	}

	/**
	 * Said when there is nothing to show.
	 */
	public function no_items(): void {
		if ( null !== $this->query->stage || '' !== $this->query->search ) {
			esc_html_e( 'No domains found.', 'closte-sync' );
			return;
		}
		printf(
			/* translators: %s: link to the settings screen */
			esc_html__( 'No domains yet. They come by themselves with new sites; for sites that were there before, %s.', 'closte-sync' ),
			sprintf( '<a href="%s">%s</a>', esc_url( Admin::settings_url() ), esc_html__( 'send all domains once', 'closte-sync' ) )
		);
	}

	/**
	 * Prints a row, with what the script needs to follow it.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	public function single_row( $item ): void {
		printf(
			'<tr id="closte-sync-domain-%1$d" data-domain-id="%1$d" data-domain="%2$s" data-stage="%3$s" data-says="%4$s">',
			(int) $item->id,
			esc_attr( $item->domain ),
			esc_attr( $item->stage->value ),
			esc_attr( $this->name( $item ) . ': ' . $item->stage->label() )
		);
		$this->single_row_columns( $item );
		echo '</tr>';
	}

	/**
	 * The HTML of a row, for the live update.
	 *
	 * @param Ledger_Row $row The domain.
	 */
	public function row_html( Ledger_Row $row ): string {
		ob_start();
		$this->single_row( $row );
		return (string) ob_get_clean();
	}

	/**
	 * The HTML of the views, for the live update.
	 */
	public function views_html(): string {
		ob_start();
		$this->views();
		return (string) ob_get_clean();
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
	 * The domain, as people write it and, where that differs, as it is sent.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_domain( Ledger_Row $item ): string {
		$unicode = $this->name( $item );
		$name    = '<strong>' . esc_html( $unicode ) . '</strong>';
		if ( $unicode !== $item->domain ) {
			$name .= '<span class="closte-sync-ascii">' . esc_html( $item->domain ) . '</span>';
		}
		return $name;
	}

	/**
	 * The site that it belongs to.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_blog_id( Ledger_Row $item ): string {
		$site = $item->blog_id > 0 ? get_site( $item->blog_id ) : null;
		if ( null === $site ) {
			return '<span aria-hidden="true">—</span><span class="screen-reader-text">' . esc_html__( 'No site', 'closte-sync' ) . '</span>';
		}
		return sprintf(
			'<a href="%s">%s</a>',
			esc_url( network_admin_url( 'site-info.php?id=' . $item->blog_id ) ),
			esc_html( '' === (string) $site->blogname ? $site->domain . $site->path : $site->blogname )
		);
	}

	/**
	 * Where it stands, and since when.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	protected function column_stage( Ledger_Row $item ): string {
		$html = sprintf(
			'<span class="closte-sync-status %s">%s</span>',
			esc_attr( 'is-' . Wording::mood( $item ) ),
			esc_html( $item->stage->label() )
		);
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
		$advice = Advice::of( $item );
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
		return esc_html( $item->source->label() );
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
	 * The links below the domain.
	 *
	 * @param Ledger_Row $item        The domain.
	 * @param string     $column_name Column.
	 * @param string     $primary     The column that has them.
	 */
	protected function handle_row_actions( $item, $column_name, $primary ): string {
		if ( $column_name !== $primary ) {
			return '';
		}
		$actions = array();
		foreach ( Domains_Actions::offered( $item ) as $action => $label ) {
			$actions[ $action ] = sprintf(
				'<a href="%1$s" aria-label="%2$s"%3$s>%4$s</a>',
				esc_url( Domains_Actions::url( $action, $item ) ),
				esc_attr( $label . ': ' . $this->name( $item ) ),
				Domains_Actions::CHECK === $action ? '' : ' class="submitdelete"',
				esc_html( $label )
			);
		}
		return $this->row_actions( $actions );
	}

	/**
	 * The domain as people write it.
	 *
	 * @param Ledger_Row $item The domain.
	 */
	private function name( Ledger_Row $item ): string {
		return $this->services->domain_names()->unicode( $item->domain );
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
