<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Pages;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Operations\Closte_List;
use ClosteSync\Operations\Ownership;

defined( 'ABSPATH' ) || exit;

/**
 * What Closte has, a page at a time: foreign domains first, which can be adopted.
 */
final class Closte_Table extends \WP_List_Table {

	private const PER_PAGE = 50;

	/**
	 * @param ?Ownership $ownership Only these; null: all.
	 */
	public function __construct(
		private readonly Closte_List $list,
		private readonly ?Ownership $ownership,
		private readonly Domain_Names $names,
	) {
		parent::__construct(
			array(
				'singular' => 'closte-sync-at-closte',
				'plural'   => 'closte-sync-at-closte',
				'ajax'     => false,
				'screen'   => 'closte-sync-at-closte',
			)
		);
	}

	public function prepare_items(): void {
		$domains = $this->list->domains( $this->ownership );

		$this->_column_headers = array( $this->get_columns(), array(), array(), 'domain' );
		$this->set_pagination_args( array( 'total_items' => count( $domains ), 'per_page' => self::PER_PAGE ) );

		$this->items = array();

		foreach ( array_slice( $domains, ( $this->get_pagenum() - 1 ) * self::PER_PAGE, self::PER_PAGE, true ) as $domain => $ownership ) {
			$this->items[] = array( (string) $domain, $ownership );
		}
	}

	/**
	 * @return array<string, string>
	 */
	public function get_columns(): array {
		return array(
			'cb'        => '<input type="checkbox">',
			'domain'    => __( 'Domain', 'closte-sync' ),
			'ownership' => __( 'Belongs to', 'closte-sync' ),
		);
	}

	public function no_items(): void {
		esc_html_e( 'Closte has no such domains.', 'closte-sync' );
	}

	/**
	 * @return array<string, string>
	 */
	protected function get_views(): array {
		$views = array( 'all' => $this->view( null, __( 'All', 'closte-sync' ) ) );

		foreach ( Ownership::cases() as $ownership ) {
			if ( $this->list->count( $ownership ) > 0 || $ownership === $this->ownership ) {
				$views[ $ownership->value ] = $this->view( $ownership, $ownership->label() );
			}
		}

		return $views;
	}

	private function view( ?Ownership $ownership, string $label ): string {
		return sprintf(
			'<a href="%s"%s>%s <span class="count">(%s)</span></a>',
			esc_url( Section::list_url( $ownership ) ),
			$ownership === $this->ownership ? ' class="current" aria-current="page"' : '',
			esc_html( $label ),
			esc_html( number_format_i18n( $this->list->count( $ownership ) ) )
		);
	}

	/**
	 * @return array<string, string>
	 */
	protected function get_bulk_actions(): array {
		return $this->list->count( Ownership::Foreign ) > 0 ? array( Adoption_Form::ACTION => __( 'Adopt', 'closte-sync' ) ) : array();
	}

	/**
	 * @param array{string, Ownership} $item
	 */
	protected function column_cb( $item ): string {
		list( $domain, $ownership ) = $item;

		return Ownership::Foreign !== $ownership ? '' : sprintf(
			'<input type="checkbox" id="closte-sync-adopt-%4$s" name="%1$s[]" value="%2$s"><label for="closte-sync-adopt-%4$s"><span class="screen-reader-text">%3$s</span></label>',
			esc_attr( Adoption_Form::FIELD ),
			esc_attr( $domain ),
			/* translators: %s: domain */
			esc_html( sprintf( __( 'Select %s', 'closte-sync' ), $domain ) ),
			esc_attr( $domain )
		);
	}

	/**
	 * @param array{string, Ownership} $item
	 */
	protected function column_domain( $item ): string {
		return '<strong dir="ltr">' . esc_html( $this->names->shown( $item[0] ) ) . '</strong>';
	}

	/**
	 * @param array{string, Ownership} $item
	 */
	protected function column_ownership( $item ): string {
		return sprintf( '<span title="%s">%s</span>', esc_attr( $item[1]->description() ), esc_html( $item[1]->label() ) );
	}

	/**
	 * The form around the table has a nonce of its own.
	 *
	 * @param string $which `top` or `bottom`.
	 */
	protected function display_tablenav( $which ): void {
		printf( '<div class="tablenav %s">', esc_attr( $which ) );

		if ( $this->has_items() ) {
			echo '<div class="alignleft actions bulkactions">';
			$this->bulk_actions( $which );
			echo '</div>';
		}

		$this->pagination( $which );
		echo '<br class="clear"></div>';
	}
}
