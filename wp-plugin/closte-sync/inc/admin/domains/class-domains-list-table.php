<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Page_Links;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Site_Cell;
use ClosteSync\Container;
use ClosteSync\Domains\Site_Search;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Page;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\State;
use ClosteSync\Text\Plain_Text;

defined( 'ABSPATH' ) || exit;

/**
 * The table of the Domains screen. What it says of each domain, {@see Domain_Cells} knows.
 */
final class Domains_List_Table extends \WP_List_Table {

	/** The form with the filters and the search. */
	public const FILTER_FORM = 'closte-sync-filter';

	private readonly Domain_Cells $cells;

	/**
	 * What keeps all domains from being sent and checked, or ''.
	 */
	private readonly string $hindrance;

	/**
	 * @var ?Page<Ledger_Row>
	 */
	private ?Page $page = null;

	/**
	 * How many domains there are of what is asked for.
	 */
	private int $total = 0;

	/**
	 * Whether more sites match the search than are looked at.
	 */
	private bool $is_too_wide = false;

	/**
	 * @var ?array<string, int>
	 */
	private ?array $counts = null;

	/**
	 * @param Domains_Query $query What the address of the screen asks for.
	 */
	public function __construct( private readonly Container $services, private readonly Domains_Query $query ) {
		// Wherever a row is made, also by the live update: its cells are those of the heading.
		add_filter( 'default_hidden_columns', self::hide_columns( ... ), 10, 2 );
		parent::__construct(
			array(
				'singular' => 'closte-sync-domain',
				'plural'   => 'closte-sync-domains',
				'ajax'     => false,
				'screen'   => Pages::domains_screen_id(),
			)
		);

		$this->hindrance = $services->readiness()->hindrance();
		$this->cells     = new Domain_Cells( $services, $this->hindrance );
	}

	/**
	 * @return array<string, string>
	 */
	public function get_columns(): array {
		return array(
			'cb'          => '<input type="checkbox">',
			'domain'      => __( 'Domain', 'closte-sync' ),
			'blog_id'     => __( 'Site', 'closte-sync' ),
			'state'       => __( 'Status', 'closte-sync' ),
			'since'       => __( 'Since', 'closte-sync' ),
			'advice'      => __( 'What to do next', 'closte-sync' ),
			'dns'         => __( 'DNS', 'closte-sync' ),
			'certificate' => __( 'Certificate', 'closte-sync' ),
			'next_check'  => __( 'Next check', 'closte-sync' ),
			'source'      => __( 'Source', 'closte-sync' ),
			'created'     => __( 'Recorded', 'closte-sync' ),
		);
	}

	/**
	 * @return array<string, array<mixed>>
	 */
	protected function get_sortable_columns(): array {
		$names    = $this->get_columns();
		$sortable = array(
			'domain'     => array( 'domain', false, $names['domain'], __( 'Table ordered by domain.', 'closte-sync' ) ),
			'blog_id'    => array( 'blog_id', false, $names['blog_id'], __( 'Table ordered by site.', 'closte-sync' ) ),
			'state'      => array( 'state', false, $names['state'], __( 'Table ordered by status, trouble first.', 'closte-sync' ) ),
			'since'      => array( 'state_since', false, $names['since'], __( 'Table ordered by the time of the last change of status.', 'closte-sync' ) ),
			'next_check' => array( 'next_check_at', false, $names['next_check'], __( 'Table ordered by next check.', 'closte-sync' ) ),
			'created'    => array( 'created_at', true, $names['created'], __( 'Table ordered by date recorded.', 'closte-sync' ) ),
		);

		$sortable['state'][] = 'asc';

		return $sortable;
	}

	protected function get_default_primary_column_name(): string {
		return 'domain';
	}

	/**
	 * The columns share the width by what is in them: those of a fixed layout leave nothing for the one without a width.
	 *
	 * @return list<string>
	 */
	protected function get_table_classes(): array {
		return array_values( array_diff( parent::get_table_classes(), array( 'fixed' ) ) );
	}

	/**
	 * @param Domain_Line $item
	 */
	protected function column_cb( $item ): string {
		return sprintf(
			'<input type="checkbox" name="ids[]" value="%1$s" id="cb-select-%2$d"><label for="cb-select-%2$d"><span class="screen-reader-text">%3$s</span></label>',
			esc_attr( implode( ',', $item->ids() ) ),
			$item->row()->id,
			/* translators: %s: domain */
			esc_html( sprintf( __( 'Select %s', 'closte-sync' ), $this->cells->name( $item ) ) )
		);
	}

	/**
	 * @param Domain_Line $item
	 * @param string      $column_name
	 */
	protected function column_default( $item, $column_name ): string {
		return $this->cells->html( $item, $column_name );
	}

	public function prepare_items(): void {
		$per_page = $this->get_items_per_page( Pages::DOMAINS_PER_PAGE, Domains_Query::PER_PAGE );
		$search   = $this->services->ledger_search();
		$term     = $this->services->domain_names()->searchable( $this->query->search );
		$sites    = $this->services->site_search()->find( $this->query->search );
		$query    = $this->query->to_ledger_query( $this->hindrance, $term, $sites, $per_page );
		$page     = $search->page( $query );

		// What was on that page is gone.
		if ( array() === $page->rows && array() !== $this->query->cursor ) {
			$page = $search->page( $query->from( '', $per_page ) );
		}

		$this->page        = $page;
		$this->is_too_wide = count( $sites ) >= Site_Search::MOST;

		$this->total = $this->query->is_filtered() ? $search->recent_count( $query ) : array_sum( $this->counts() );
		$this->items = $this->lines( $page->rows );
	}

	/**
	 * What the list does not show, where that must be said.
	 */
	public function show_limits(): void {
		if ( $this->is_too_wide ) {
			wp_admin_notice(
				esc_html(
					sprintf(
						/* translators: 1: number of sites, 2: what was searched for */
						__( 'More than %1$s sites match “%2$s”. To find all of their domains, search for more of the title or address of a site.', 'closte-sync' ),
						number_format_i18n( Site_Search::MOST ),
						$this->query->search
					)
				),
				array( 'type' => 'info' )
			);
		}
	}

	/**
	 * Columns that are hidden until asked for.
	 *
	 * @param list<string> $hidden The columns so far.
	 * @return list<string>
	 */
	private static function hide_columns( array $hidden, \WP_Screen $screen ): array {
		return Pages::domains_screen_id() === $screen->id ? array( 'since', 'source', 'created' ) : $hidden;
	}

	/**
	 * One view a state, with its count.
	 *
	 * @return array<string, string>
	 */
	protected function get_views(): array {
		$counts = $this->counts();
		$views  = array(
			'all' => $this->view_link( null, __( 'All', 'closte-sync' ), array_sum( $counts ) ),
		);

		foreach ( State::cases() as $state ) {
			if ( $counts[ $state->value ] > 0 || $state === $this->query->state ) {
				$views[ $state->value ] = $this->view_link( $state, $state->label(), $counts[ $state->value ] );
			}
		}

		return $views;
	}

	/**
	 * @param ?State $state Null: all.
	 * @param int    $count How many domains are in it.
	 */
	private function view_link( ?State $state, string $label, int $count ): string {
		return sprintf(
			'<a href="%1$s"%2$s>%3$s <span class="count">(%4$s)</span></a>',
			esc_url( Pages::domains_url( null === $state ? array() : array( 'state' => $state->value ) ) ),
			$state === $this->query->state ? ' class="current" aria-current="page"' : '',
			esc_html( $label ),
			esc_html( number_format_i18n( $count ) )
		);
	}

	/**
	 * @return array<string, int>
	 */
	private function counts(): array {
		$this->counts ??= $this->services->ledger_search()->recent_counts()->by_state( $this->hindrance );

		return $this->counts;
	}

	/**
	 * @return array<string, string>
	 */
	protected function get_bulk_actions(): array {
		return array(
			Domains_Actions::CHECK  => __( 'Check or retry now', 'closte-sync' ),
			Domains_Actions::REMOVE => __( 'Remove from Closte', 'closte-sync' ),
			Domains_Actions::FORGET => __( 'Remove from the list', 'closte-sync' ),
		);
	}

	/**
	 * The filters. They belong to the form of the search: this one changes something.
	 *
	 * @param string $which `top` or `bottom`.
	 */
	protected function extra_tablenav( $which ): void {
		if ( 'top' !== $which ) {
			return;
		}

		$stages  = array();
		$sources = array();

		foreach ( Stage::cases() as $stage ) {
			$stages[ $stage->value ] = $stage->label();
		}

		foreach ( $this->services->sources()->ids() as $source ) {
			$sources[ $source ] = $this->services->sources()->label( $source );
		}

		echo '<div class="alignleft actions closte-sync-filters">';
		$stages  = array( '' => __( 'All stages', 'closte-sync' ) ) + $stages;
		$sources = array( '' => __( 'All sources', 'closte-sync' ) ) + $sources;

		$this->filter( 'stage', __( 'Filter by stage', 'closte-sync' ), $stages, $this->query->stage->value ?? '' );
		$this->filter( 'source', __( 'Filter by source', 'closte-sync' ), $sources, $this->query->source );
		printf(
			'<button type="submit" class="button" form="%s">%s</button></div>',
			esc_attr( self::FILTER_FORM ),
			esc_html__( 'Filter', 'closte-sync' )
		);
	}

	/**
	 * @param array<string, string> $choices Label by value.
	 */
	private function filter( string $name, string $label, array $choices, string $chosen ): void {
		printf(
			'<label for="closte-sync-%1$s" class="screen-reader-text">%2$s</label><select name="%1$s" id="closte-sync-%1$s" form="%3$s">',
			esc_attr( $name ),
			esc_html( $label ),
			esc_attr( self::FILTER_FORM )
		);

		foreach ( $choices as $value => $text ) {
			printf( '<option value="%s"%s>%s</option>', esc_attr( $value ), selected( $chosen, $value, false ), esc_html( $text ) );
		}

		echo '</select>';
	}

	/**
	 * Where the columns need more room than there is, they scroll below the heading of the screen.
	 *
	 * @param string $which `top` or `bottom`.
	 */
	protected function display_tablenav( $which ): void {
		echo 'bottom' === $which ? '</div>' : '';
		parent::display_tablenav( $which );
		echo 'top' === $which ? '<div class="closte-sync-scroll">' : '';
	}

	/**
	 * @param bool $with_id
	 */
	public function print_column_headers( $with_id = true ): void {
		Page_Links::from_first_page( fn() => parent::print_column_headers( $with_id ) );
	}

	/**
	 * @param string $which `top` or `bottom`.
	 */
	protected function pagination( $which ): void {
		if ( null !== $this->page ) {
			$address = fn( array $cursor ): string => Pages::domains_url( $this->query->to_array() + $cursor );
			$links   = new Page_Links( $this->query->cursor, $address );
			/* translators: %s: number of domains */
			$total = _n( '%s domain', '%s domains', $this->total, 'closte-sync' );

			$links->show( $this->page, sprintf( $total, number_format_i18n( $this->total ) ) );
		}
	}

	public function no_items(): void {
		if ( $this->query->is_filtered() ) {
			esc_html_e( 'No domains found.', 'closte-sync' );
			return;
		}

		esc_html_e( 'There are no domains yet. The domains of new and existing sites are added automatically.', 'closte-sync' );
	}

	/**
	 * Prints a line, with what the script needs to follow it.
	 *
	 * @param Domain_Line $item
	 */
	public function single_row( $item ): void {
		printf(
			'<tr id="closte-sync-domain-%1$d" data-ids="%2$s" data-domain="%3$s" data-stage="%4$s" data-state="%5$s" data-says="%6$s"%7$s>',
			$item->row()->id,
			esc_attr( implode( ',', $item->ids() ) ),
			esc_attr( Plain_Text::of( $item->row()->domain ) ),
			esc_attr( $item->row()->word( 'stage' ) ),
			esc_attr( $item->row()->state( $this->hindrance )->value ),
			esc_attr( $this->cells->summary( $item ) ),
			$item->follows ? ' class="closte-sync-follows"' : ''
		);
		$this->single_row_columns( $item );
		echo '</tr>';
	}

	/**
	 * @param list<Ledger_Row> $rows In their order.
	 * @return list<Domain_Line>
	 */
	private function lines( array $rows ): array {
		Site_Cell::prime( array_column( $rows, 'blog_id' ) );

		return Domain_Line::of( $rows, $this->hindrance );
	}

	/**
	 * @param list<Ledger_Row> $rows In the order in which they are on screen.
	 * @return array<int, string> By id; '' where a row stands in the line of another.
	 */
	public function lines_html( array $rows ): array {
		$html = array_fill_keys( array_column( $rows, 'id' ), '' );

		foreach ( $this->lines( $rows ) as $line ) {
			ob_start();
			$this->single_row( $line );
			$html[ $line->row()->id ] = (string) ob_get_clean();
		}

		return $html;
	}

	public function views_html(): string {
		ob_start();
		$this->views();

		return (string) ob_get_clean();
	}

	/**
	 * @param Domain_Line $item
	 * @param string      $column_name
	 * @param string      $primary The column that has them.
	 */
	protected function handle_row_actions( $item, $column_name, $primary ): string {
		if ( $column_name !== $primary ) {
			return '';
		}

		$actions = array(
			'details' => sprintf(
				'<a href="%s" aria-label="%s">%s</a>',
				esc_url( Pages::domain_url( $item->row()->id, $item->row()->domain ) ),
				/* translators: %s: domain */
				esc_attr( sprintf( __( 'Details of %s', 'closte-sync' ), $this->cells->name( $item ) ) ),
				esc_html__( 'Details', 'closte-sync' )
			),
		);

		foreach ( Domains_Actions::offered( $item->row() ) as $action => $label ) {
			$actions[ $action ] = sprintf(
				'<button type="submit" form="%1$s" name="%2$s" value="%3$s" class="button-link%4$s" aria-label="%5$s">%6$s</button>',
				esc_attr( Row_Action::FORM ),
				esc_attr( Row_Action::FIELD ),
				esc_attr( Row_Action::value( $action, $item->ids() ) ),
				Domains_Actions::CHECK === $action ? '' : ' button-link-delete',
				esc_attr( $label . ': ' . $this->cells->name( $item ) ),
				esc_html( $label )
			);
		}

		return $this->row_actions( $actions );
	}
}
