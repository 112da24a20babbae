<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Log;

use ClosteSync\Admin\Page_Links;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Settings\Settings_Fields;
use ClosteSync\Admin\Site_Cell;
use ClosteSync\Container;
use ClosteSync\Ledger\Page;
use ClosteSync\Log\Action;
use ClosteSync\Log\Actor;
use ClosteSync\Log\Entry;
use ClosteSync\Log\Log_Counts;
use ClosteSync\Log\Outcome;

defined( 'ABSPATH' ) || exit;

/**
 * The table of the Log screen: what was done with which domain, what came of it, why and by whom.
 */
final class Log_List_Table extends \WP_List_Table {

	/**
	 * @var ?Page<Entry>
	 */
	private ?Page $page = null;

	private ?Log_Counts $counts = null;

	/**
	 * How many entries there are of what is asked for.
	 */
	private int $total = 0;

	/**
	 * @param Log_Request $request What the address of the screen asks for.
	 */
	public function __construct(
		private readonly Container $services,
		private readonly Log_Request $request,
	) {
		parent::__construct(
			array(
				'singular' => 'closte-sync-log-entry',
				'plural'   => 'closte-sync-log',
				'ajax'     => false,
				'screen'   => Pages::log_screen_id(),
			)
		);
	}

	/**
	 * Reads the rows of this page, and at once the sites that they name.
	 */
	public function prepare_items(): void {
		$per_page = $this->get_items_per_page( Pages::LOG_PER_PAGE, Log_Request::PER_PAGE );
		$query    = $this->request->to_log_query( $this->services->domain_names(), $per_page );
		$table    = $this->services->log_table();
		$page     = $table->page( $query, ...$this->request->cursor );

		// What was on that page is deleted.
		if ( array() === $page->rows && array() !== $this->request->cursor ) {
			$page = $table->page( $query );
		}

		$this->page   = $page;
		$this->counts = $table->recent_counts();
		$this->total  = '' === $query->domain && '' === $query->search
			? $this->counts->of( $query->actions, $query->outcomes )
			: $table->count( $query );
		$this->items  = $page->rows;
		Site_Cell::prime( array_column( $this->items, 'blog_id' ) );
	}

	/**
	 * @return array<string, string>
	 */
	public function get_columns(): array {
		return array(
			'domain'    => __( 'Domain', 'closte-sync' ),
			'logged_at' => __( 'When (UTC)', 'closte-sync' ),
			'blog_id'   => __( 'Site', 'closte-sync' ),
			'action'    => __( 'Action', 'closte-sync' ),
			'outcome'   => __( 'Outcome', 'closte-sync' ),
			'reason'    => __( 'Cause', 'closte-sync' ),
			'by'        => __( 'Actor', 'closte-sync' ),
			'message'   => __( 'Message', 'closte-sync' ),
			'source'    => __( 'Source', 'closte-sync' ),
		);
	}

	/**
	 * @return array<string, array<mixed>>
	 */
	protected function get_sortable_columns(): array {
		return array(
			'logged_at' => array( 'logged_at', true, __( 'When', 'closte-sync' ), __( 'Table ordered by time.', 'closte-sync' ), 'desc' ),
		);
	}

	/**
	 * Everything, or what someone should look at.
	 *
	 * @return array<string, string>
	 */
	protected function get_views(): array {
		return array(
			'all'      => $this->view_link( '', __( 'All', 'closte-sync' ), (int) $this->counts?->of( array(), array() ) ),
			'problems' => $this->view_link( Outcome::PROBLEMS, __( 'Problems', 'closte-sync' ), (int) $this->counts?->of( array(), Outcome::problems() ) ),
		);
	}

	/**
	 * @param string $outcome Which outcomes, or '' for all.
	 * @param int    $count   How many entries it has.
	 */
	private function view_link( string $outcome, string $label, int $count ): string {
		return sprintf(
			'<a href="%1$s"%2$s>%3$s <span class="count">(%4$s)</span></a>',
			esc_url( Pages::log_url( array_filter( array( 'outcome' => $outcome ) ) ) ),
			$this->request->outcome === $outcome ? ' class="current" aria-current="page"' : '',
			esc_html( $label ),
			esc_html( number_format_i18n( $count ) )
		);
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
			$address = fn( array $cursor ): string => Pages::log_url( $this->request->to_array() + $cursor );
			$links   = new Page_Links( $this->request->cursor, $address );
			/* translators: %s: number of entries */
			$total = _n( '%s entry', '%s entries', $this->total, 'closte-sync' );

			$links->show( $this->page, sprintf( $total, number_format_i18n( $this->total ) ) );
		}
	}

	/**
	 * Without the nonce that bulk actions need: there are none, and the form's address is to be read.
	 *
	 * @param string $which `top` or `bottom`.
	 */
	protected function display_tablenav( $which ): void {
		printf( '<div class="tablenav %s">', esc_attr( $which ) );
		$this->extra_tablenav( $which );
		$this->pagination( $which );
		echo '<br class="clear"></div>';
	}

	/**
	 * @param string $which `top` or `bottom`.
	 */
	protected function extra_tablenav( $which ): void {
		if ( 'top' !== $which ) {
			return;
		}
		echo '<div class="alignleft actions">';
		$this->show_choice( 'did', __( 'Filter by action', 'closte-sync' ), array( '' => __( 'All actions', 'closte-sync' ) ), Action::cases(), $this->request->action?->value ?? '' );
		$this->show_choice(
			'outcome',
			__( 'Filter by outcome', 'closte-sync' ),
			array( '' => __( 'All outcomes', 'closte-sync' ), Outcome::PROBLEMS => __( 'Problems', 'closte-sync' ) ),
			Outcome::cases(),
			$this->request->outcome
		);
		submit_button( __( 'Filter', 'closte-sync' ), '', '', false, array( 'id' => 'closte-sync-log-filter' ) );
		echo '</div>';
	}

	/**
	 * @param string                $label   For screen readers.
	 * @param array<string, string> $first   Value => label: choices before the others.
	 * @param list<Action|Outcome>  $others
	 * @param string                $current The one that is chosen.
	 */
	private function show_choice( string $name, string $label, array $first, array $others, string $current ): void {
		foreach ( $others as $word ) {
			$first[ $word->value ] = $word->label();
		}
		printf( '<label class="screen-reader-text" for="closte-sync-log-%1$s">%2$s</label><select name="%1$s" id="closte-sync-log-%1$s">', esc_attr( $name ), esc_html( $label ) );
		foreach ( $first as $value => $text ) {
			printf( '<option value="%s"%s>%s</option>', esc_attr( $value ), selected( $current, $value, false ), esc_html( $text ) );
		}
		echo '</select>';
	}

	public function no_items(): void {
		echo esc_html(
			$this->request->is_filtered()
			? __( 'No entries found.', 'closte-sync' )
			: __( 'The log is empty. Changes that are sent to Closte are listed here.', 'closte-sync' )
		);
	}

	/**
	 * The domain. A narrow screen shows this column alone: it says when it was and what came of it too.
	 */
	protected function column_domain( Entry $item ): string {
		return $this->domain( $item ) . sprintf(
			'<span class="closte-sync-brief">%s<br>%s: %s</span>',
			$this->column_logged_at( $item ),
			esc_html( $item->label( 'action' ) ),
			$this->column_outcome( $item )
		);
	}

	/**
	 * The domain, as people write it and, where that differs, as it is sent.
	 */
	private function domain( Entry $item ): string {
		if ( '' === $item->domain ) {
			return '<em>' . esc_html__( 'Whole network', 'closte-sync' ) . '</em>';
		}
		$a_label = $this->services->domain_names()->a_label( $item->domain );
		$name    = sprintf(
			'<strong><a class="row-title" dir="ltr" href="%s">%s</a></strong>',
			esc_url( Pages::log_url( array( 'domain' => $item->domain ) ) ),
			esc_html( $this->services->domain_names()->unicode( $item->domain ) )
		);
		return null === $a_label ? $name : $name . '<span class="closte-sync-ascii" dir="ltr">' . esc_html( $a_label ) . '</span>';
	}

	protected function column_logged_at( Entry $item ): string {
		return sprintf(
			'<time datetime="%s" title="%s">%s</time>',
			esc_attr( gmdate( 'c', $item->logged_at ) ),
			/* translators: %s: a span of time */
			esc_attr( sprintf( __( '%s ago', 'closte-sync' ), human_time_diff( $item->logged_at, time() ) ) ),
			esc_html( gmdate( 'Y-m-d H:i:s', $item->logged_at ) )
		);
	}

	/**
	 * The site that the domain belongs to, or belonged to.
	 */
	protected function column_blog_id( Entry $item ): string {
		if ( 0 === $item->blog_id ) {
			return Site_Cell::none();
		}
		$site = get_site( $item->blog_id );
		if ( null === $site ) {
			/* translators: %d: number of a site */
			return esc_html( sprintf( __( 'Site %d, deleted', 'closte-sync' ), $item->blog_id ) );
		}
		return Site_Cell::link( $site );
	}

	protected function column_outcome( Entry $item ): string {
		return sprintf( '<span class="closte-sync-status %s">%s</span>', esc_attr( 'is-' . $item->outcome->status() ), esc_html( $item->label( 'outcome' ) ) );
	}

	protected function column_by( Entry $item ): string {
		$kind = esc_html( $item->label( 'actor' ) );
		if ( 0 === $item->user_id ) {
			return $kind;
		}
		$user = get_userdata( $item->user_id );
		$name = false === $user
			/* translators: %d: number of a user */
			? esc_html( sprintf( __( 'User %d, deleted', 'closte-sync' ), $item->user_id ) )
			: sprintf(
				'<a href="%s">%s</a>',
				esc_url( network_admin_url( 'user-edit.php?user_id=' . $item->user_id ) ),
				esc_html( $user->user_login )
			);
		return Actor::User === $item->actor ? $name : "$kind, $name";
	}

	/**
	 * @param Entry  $item
	 * @param string $column_name
	 */
	protected function column_default( $item, $column_name ): string {
		return esc_html(
			match ( $column_name ) {
				'action', 'reason' => $item->label( $column_name ),
				'message'          => self::message( $item ),
				'source'           => $this->services->sources()->label( $item->source ),
				default            => '',
			}
		);
	}

	/**
	 * What was noted of settings are the names of those that were changed.
	 */
	private static function message( Entry $item ): string {
		return Action::Settings === $item->action
			? implode( ', ', array_map( Settings_Fields::label( ... ), explode( ', ', $item->message ) ) )
			: $item->message;
	}
}
