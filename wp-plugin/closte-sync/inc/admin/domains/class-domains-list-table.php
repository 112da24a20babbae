<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Wording;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;
use ClosteSync\Text\Plain_Text;

defined( 'ABSPATH' ) || exit;

/**
 * The table of the Domains screen: one row a domain. What it says of each, {@see Domain_Cells} knows.
 */
final class Domains_List_Table extends \WP_List_Table {

	private readonly Domain_Cells $cells;

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
		$this->cells = new Domain_Cells( $services );
	}

	/**
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

	protected function get_default_primary_column_name(): string {
		return 'domain';
	}

	protected function column_cb( $item ): string {
		return sprintf(
			'<input type="checkbox" name="ids[]" value="%1$d" id="cb-select-%1$d"><label for="cb-select-%1$d"><span class="screen-reader-text">%2$s</span></label>',
			(int) $item->id,
			/* translators: %s: domain */
			esc_html( sprintf( __( 'Select %s', 'closte-sync' ), $this->cells->name( $item ) ) )
		);
	}

	protected function column_default( $item, $column_name ): string {
		return $this->cells->html( $item, $column_name );
	}

	public function prepare_items(): void {
		$per_page = $this->get_items_per_page( Pages::DOMAINS_PER_PAGE, Domains_Query::PER_PAGE );
		$query    = $this->query->to_ledger_query( $this->services->domain_names(), $per_page, 1 );
		$total    = $this->services->ledger_search()->count( $query );
		$this->set_pagination_args(
			array(
				'total_items' => $total,
				'per_page'    => $per_page,
			)
		);
		$this->items = $this->services->ledger_search()->query(
			$this->query->to_ledger_query( $this->services->domain_names(), $per_page, $this->get_pagenum() )
		);
	}

	/**
	 * Columns that are hidden until asked for.
	 *
	 * @param list<string> $hidden The columns so far.
	 * @return list<string>
	 */
	private static function hide_columns( array $hidden, \WP_Screen $screen ): array {
		return Pages::domains_screen_id() === $screen->id ? array( 'source', 'created' ) : $hidden;
	}

	/**
	 * One view a stage, with its count.
	 *
	 * @return array<string, string>
	 */
	protected function get_views(): array {
		$counts = $this->services->ledger_search()->counts_by_stage();
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
	 * @param string $stage Value of the stage, or '' for all.
	 * @param int    $count How many domains it has.
	 */
	private function view_link( string $stage, string $label, int $count ): string {
		return sprintf(
			'<a href="%1$s"%2$s>%3$s <span class="count">(%4$s)</span></a>',
			esc_url( Pages::domains_url( '' === $stage ? array() : array( 'stage' => $stage ) ) ),
			( $this->query->stage?->value ?? '' ) === $stage ? ' class="current" aria-current="page"' : '',
			esc_html( $label ),
			esc_html( number_format_i18n( $count ) )
		);
	}

	/**
	 * @return array<string, string>
	 */
	protected function get_bulk_actions(): array {
		return array(
			Domains_Actions::CHECK  => __( 'Check or retry now', 'closte-sync' ),
			Domains_Actions::FORGET => __( 'Remove from the list', 'closte-sync' ),
		);
	}

	public function no_items(): void {
		if ( null !== $this->query->stage || '' !== $this->query->search ) {
			esc_html_e( 'No domains found.', 'closte-sync' );
			return;
		}
		printf(
			/* translators: %s: link to the settings screen */
			esc_html__( 'No domains yet. They come by themselves with new sites; for sites that were there before, %s.', 'closte-sync' ),
			sprintf( '<a href="%s">%s</a>', esc_url( Pages::settings_url() ), esc_html__( 'send all domains once', 'closte-sync' ) )
		);
	}

	/**
	 * Prints a row, with what the script needs to follow it.
	 */
	public function single_row( $item ): void {
		printf(
			'<tr id="closte-sync-domain-%1$d" data-domain-id="%1$d" data-domain="%2$s" data-stage="%3$s" data-says="%4$s">',
			(int) $item->id,
			esc_attr( Plain_Text::of( $item->domain ) ),
			esc_attr( $item->word( 'stage' ) ),
			esc_attr( $this->cells->name( $item ) . ': ' . Wording::stage( $item ) )
		);
		$this->single_row_columns( $item );
		echo '</tr>';
	}

	public function row_html( Ledger_Row $row ): string {
		ob_start();
		$this->single_row( $row );
		return (string) ob_get_clean();
	}

	public function views_html(): string {
		ob_start();
		$this->views();
		return (string) ob_get_clean();
	}

	/**
	 * @param string $primary The column that has them.
	 */
	protected function handle_row_actions( $item, $column_name, $primary ): string {
		if ( $column_name !== $primary ) {
			return '';
		}
		$actions = array();
		foreach ( Domains_Actions::offered( $item ) as $action => $label ) {
			$actions[ $action ] = sprintf(
				'<button type="submit" form="%1$s" name="%2$s" value="%3$s" class="button-link%4$s" aria-label="%5$s">%6$s</button>',
				esc_attr( Row_Action::FORM ),
				esc_attr( Row_Action::FIELD ),
				esc_attr( Row_Action::value( $action, $item->id ) ),
				Domains_Actions::CHECK === $action ? '' : ' button-link-delete',
				esc_attr( $label . ': ' . $this->cells->name( $item ) ),
				esc_html( $label )
			);
		}
		return $this->row_actions( $actions );
	}
}
