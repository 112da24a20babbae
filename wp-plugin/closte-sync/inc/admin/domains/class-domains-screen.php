<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Assets;
use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Help;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Site_Cell;
use ClosteSync\Admin\State_Label;
use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\State;

/**
 * Network Admin → Sites → Domains.
 */
final class Domains_Screen {

	/**
	 * The table, made before anything is sent.
	 */
	private ?Domains_List_Table $table = null;

	/**
	 * What was asked for and is to be confirmed first.
	 */
	private ?Removal_Confirmation $to_confirm = null;

	public function __construct( private readonly Container $services ) {}

	/**
	 * Before anything is sent: does what is asked for, then prepares the table.
	 */
	public function prepare(): void {
		Guard::require_capability();
		$this->handle_action();
		add_screen_option(
			'per_page',
			array(
				'label'   => __( 'Domains per page', 'closte-sync' ),
				'default' => Domains_Query::PER_PAGE,
				'option'  => Pages::DOMAINS_PER_PAGE,
			)
		);
		get_current_screen()?->set_screen_reader_content(
			array(
				'heading_views'      => __( 'Filter domains by status', 'closte-sync' ),
				'heading_pagination' => __( 'Domains list navigation', 'closte-sync' ),
				'heading_list'       => __( 'Domains list', 'closte-sync' ),
			)
		);
		$this->add_help();
		Help::link_to_guide();
		$this->table = new Domains_List_Table( $this->services, self::query() );
		add_action(
			'admin_enqueue_scripts',
			static function (): void {
				Assets::enqueue();
				Assets::enqueue_style( 'domains-list' );
				Assets::enqueue_script( 'domains-list', array( 'closte-sync-admin', 'wp-a11y' ) );
			}
		);
	}

	/**
	 * Accepts the number of rows that is set under Screen Options.
	 *
	 * @param mixed $keep  False: do not save.
	 * @param int   $value What was entered.
	 */
	public static function accept_per_page( mixed $keep, string $option, int $value ): mixed {
		return $value >= 1 && $value <= 999 ? $value : $keep;
	}

	public function show(): void {
		Guard::require_capability();
		if ( null === $this->table ) {
			return;
		}
		echo '<div class="wrap closte-sync-screen">';
		if ( null !== $this->to_confirm ) {
			$this->to_confirm->show( self::way_back() );
		} else {
			$this->show_list( $this->table );
		}
		echo '</div>';
	}

	private function show_list( Domains_List_Table $table ): void {
		$query = self::query();
		$table->prepare_items();
		?>
		<h1 class="wp-heading-inline"><?php esc_html_e( 'Domains', 'closte-sync' ); ?></h1>
		<a href="<?php echo esc_url( Pages::add_domain_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Add domain', 'closte-sync' ); ?></a>
		<a href="<?php echo esc_url( Pages::settings_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Settings', 'closte-sync' ); ?></a>
		<a href="<?php echo esc_url( Pages::log_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Log', 'closte-sync' ); ?></a>
		<?php self::show_subtitle( $query ); ?>
		<hr class="wp-header-end">
		<?php $table->show_limits(); ?>
		<?php $table->views(); ?>
		<form method="get" id="<?php echo esc_attr( Domains_List_Table::FILTER_FORM ); ?>" action="<?php echo esc_url( network_admin_url( 'sites.php' ) ); ?>">
			<input type="hidden" name="page" value="<?php echo esc_attr( Pages::DOMAINS ); ?>">
			<?php
			// Those of the search box, and of the filters in the table's form, are fields of their own.
			$fields = array_flip( array( 's', 'stage', 'source', 'orderby', 'order' ) );

			foreach ( array_diff_key( $query->to_array(), $fields ) as $name => $value ) {
				printf( '<input type="hidden" name="%s" value="%s">', esc_attr( $name ), esc_attr( $value ) );
			}

			$table->search_box( __( 'Search domains', 'closte-sync' ), 'closte-sync-domain' );
			?>
		</form>
		<form method="post" id="closte-sync-domains" class="closte-sync-domains" action="<?php echo esc_url( self::way_back() ); ?>">
			<?php $table->display(); ?>
		</form>
		<?php
		echo Row_Action::form( $query ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
	}

	/**
	 * What is listed, where that is not all.
	 */
	private static function show_subtitle( Domains_Query $query ): void {
		$site = null === $query->blog_id ? null : get_site( $query->blog_id );

		if ( null !== $site ) {
			printf(
				'<span class="subtitle">%s</span>',
				/* translators: %s: title of a site */
				sprintf( esc_html__( 'Domains of the site: %s', 'closte-sync' ), '<strong>' . Site_Cell::link( $site ) . '</strong>' ) // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			);
		}

		if ( '' !== $query->search ) {
			printf(
				'<span class="subtitle">%s</span>',
				/* translators: %s: what was searched for */
				sprintf( esc_html__( 'Search results for: %s', 'closte-sync' ), '<strong>' . esc_html( $query->search ) . '</strong>' )
			);
		}
	}

	/**
	 * Does what a button, a bulk action or a confirmation asks for. Only what was posted counts.
	 */
	private function handle_action(): void {
		$row_action = Row_Action::from( self::posted( Row_Action::FIELD ) );

		if ( null !== $row_action ) {
			Guard::require_nonce( Domains_Actions::nonce_action( $row_action->action, $row_action->ids ), $row_action->nonce );
			$this->ask_or_act( $row_action->action, $row_action->ids );
			return;
		}

		$action = self::posted_action();

		if ( '' === $action ) {
			$this->refuse_address();
			return;
		}

		$posted = wp_unslash( $_POST['ids'] ?? array() ); // phpcs:ignore WordPress.Security -- the nonce is over the ids, which are read first.
		// A line with two domains has both in its value.
		$ids = wp_parse_id_list( is_array( $posted ) ? implode( ',', array_filter( $posted, is_string( ... ) ) ) : $posted );

		// A bulk action that is asked about is done with the nonce of the confirmation alone.
		Guard::require_form( is_array( $posted ) ? Assets::BULK : Domains_Actions::nonce_action( $action, $ids ) );

		if ( ! is_array( $posted ) && '1' === self::posted( 'confirmed' ) ) {
			$this->act( $action, $this->services->ledger()->find_by_ids( $ids ) );
		} else {
			$this->ask_or_act( $action, $ids );
		}
	}

	/**
	 * @param list<int> $ids Rows.
	 */
	private function ask_or_act( string $action, array $ids ): void {
		$rows = $this->services->ledger()->find_by_ids( $ids );

		if ( Domains_Actions::wants_confirmation( $action ) ) {
			$confirmation = Removal_Confirmation::of( $this->services, $action, $rows );

			if ( null !== $confirmation ) {
				$this->to_confirm = $confirmation;
				return;
			}
		}

		$this->act( $action, $rows );
	}

	/**
	 * @param list<Ledger_Row> $rows
	 */
	private function act( string $action, array $rows ): void {
		if ( array() === $rows ) {
			Flash::add( 'warning', __( 'Select at least one domain that is still on the list.', 'closte-sync' ) );
		}

		( new Domains_Actions( $this->services ) )->run( $action, $rows );
		Flash::redirect( self::way_back() );
	}

	/**
	 * An address that asks for an action does nothing, whatever nonce it brings: anybody can have it opened.
	 */
	private function refuse_address(): void {
		$asked = $_GET['action'] ?? ''; // phpcs:ignore WordPress.Security -- only compared.

		if ( in_array( $asked, Domains_Actions::ALL, true ) ) {
			wp_die(
				esc_html__( 'Nothing was changed. A link cannot change domains: use the buttons of the list.', 'closte-sync' ),
				'',
				array(
					'response'  => 403,
					'back_link' => true,
				)
			);
		}
	}

	/**
	 * What the bulk actions above or below the list, or a confirmation, ask for; '': nothing of ours.
	 */
	private static function posted_action(): string {
		foreach ( array( 'action', 'action2' ) as $name ) {
			if ( in_array( self::posted( $name ), Domains_Actions::ALL, true ) ) {
				return self::posted( $name );
			}
		}

		return '';
	}

	private static function posted( string $name ): string {
		// phpcs:ignore WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- read here, checked and compared where it is used.
		$value = wp_unslash( $_POST[ $name ] ?? '' );

		return is_string( $value ) ? $value : '';
	}

	/**
	 * The list that the user came from: the forms are sent to its address.
	 */
	private static function way_back(): string {
		return Pages::domains_url( self::query()->to_array() + self::query()->cursor );
	}

	private static function query(): Domains_Query {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- only chooses what is listed.
		return Domains_Query::from( wp_unslash( $_GET ) );
	}

	private function add_help(): void {
		get_current_screen()?->add_help_tab(
			array(
				'id'      => 'closte-sync-states',
				'title'   => __( 'Status', 'closte-sync' ),
				'content' => '<p>' . esc_html__( 'The list begins with the domains for which someone must act.', 'closte-sync' ) . '</p><dl>' . implode( '', array_map( self::explained( ... ), State::cases() ) ) . '</dl>'
					. '<p>' . esc_html__( 'Domains are checked automatically, and at once while this screen is open: first whether Closte has accepted a domain, then its DNS, then its certificate. A working domain is checked once a day.', 'closte-sync' ) . '</p>',
			)
		);
		get_current_screen()?->add_help_tab(
			array(
				'id'      => 'closte-sync-search',
				'title'   => __( 'Search', 'closte-sync' ),
				'content' => '<p>' . esc_html__( 'Search for a part of a domain, in either form of an internationalized domain, for a link that you paste, or for the address or title of a site.', 'closte-sync' ) . '</p>',
			)
		);
	}

	private static function explained( State $state ): string {
		return sprintf( '<dt>%s</dt><dd>%s</dd>', State_Label::html( $state ), esc_html( $state->description() ) );
	}
}
