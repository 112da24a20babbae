<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Dashboard;

use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\State_Label;
use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\State;

/**
 * The column on Sites → All Sites: the worst state that a domain of the site is in.
 */
final class Sites_Column {

	private const NAME = 'closte_sync_domains';

	/**
	 * Of the sites of this page, read for all of them at once; null: not read yet.
	 *
	 * @var ?array<int, array<string, int>>
	 */
	private ?array $counts = null;

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		add_filter( 'wpmu_blogs_columns', $this->add( ... ) );
		add_action( 'load-sites.php', $this->enqueue( ... ) );
		add_action( 'manage_sites_custom_column', $this->show( ... ), 10, 2 );
	}

	/**
	 * @param array<string, string> $columns Headings so far.
	 * @return array<string, string>
	 */
	private function add( array $columns ): array {
		return Guard::allows() ? $columns + array( self::NAME => __( 'Domains', 'closte-sync' ) ) : $columns;
	}

	private function enqueue(): void {
		add_action( 'admin_enqueue_scripts', array( Dashboard_Widget::class, 'enqueue_styles' ) );
	}

	private function show( string $column, int $blog_id ): void {
		if ( self::NAME !== $column ) {
			return;
		}

		$counts = $this->counts( $blog_id );

		if ( array() === $counts ) {
			printf( '<span aria-hidden="true">—</span><span class="screen-reader-text">%s</span>', esc_html__( 'No domains', 'closte-sync' ) );
			return;
		}

		$worst = State::from( (string) array_key_first( $counts ) );
		$all   = array_sum( $counts );
		$count = $counts[ $worst->value ];

		printf(
			'<a href="%1$s">%2$s</a><br><span class="closte-sync-sites-count">%3$s</span>',
			esc_url( Pages::domains_url( array( 'blog_id' => (string) $blog_id ) ) ),
			State_Label::html( $worst ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			esc_html(
				$count === $all
					/* translators: %s: number of domains */
					? sprintf( _n( '%s domain', '%s domains', $all, 'closte-sync' ), number_format_i18n( $all ) )
					: sprintf(
						/* translators: 1: number of domains in this state, 2: number of all domains */
						_n( '%1$s of %2$s domain', '%1$s of %2$s domains', $all, 'closte-sync' ),
						number_format_i18n( $count ),
						number_format_i18n( $all )
					)
			)
		);
	}

	/**
	 * @return array<string, int> By state, the worst first.
	 */
	private function counts( int $blog_id ): array {
		if ( ! isset( $this->counts[ $blog_id ] ) ) {
			$this->counts = array_fill_keys( array( $blog_id, ...self::listed() ), array() );

			try {
				$hindrance = $this->services->readiness()->hindrance();
				$found     = $this->services->attention()->counts_by_site( array_keys( $this->counts ), $hindrance );
			} catch ( Database_Exception ) {
				// The Domains screen says what the database says.
				$found = array();
			}

			$this->counts = $found + $this->counts;
		}

		return $this->counts[ $blog_id ];
	}

	/**
	 * @return list<int> The sites of this page of the list.
	 */
	private static function listed(): array {
		$table = $GLOBALS['wp_list_table'] ?? null;
		$items = $table instanceof \WP_List_Table ? (array) $table->items : array();

		return array_map( 'intval', array_column( $items, 'blog_id' ) );
	}
}
