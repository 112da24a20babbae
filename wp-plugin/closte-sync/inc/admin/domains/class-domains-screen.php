<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Assets;
use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;

/**
 * Network Admin → Sites → Closte Domains.
 */
final class Domains_Screen {

	/**
	 * The table, made before anything is sent.
	 */
	private ?Domains_List_Table $table = null;

	/**
	 * What was asked for and is to be confirmed first: action and rows.
	 *
	 * @var ?array{string, list<Ledger_Row>}
	 */
	private ?array $to_confirm = null;

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
		$this->table = new Domains_List_Table( $this->services, self::query() );
		add_action( 'admin_enqueue_scripts', array( Assets::class, 'enqueue' ) );
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
			$this->show_confirmation( ...$this->to_confirm );
		} else {
			$this->show_list( $this->table );
		}
		echo '</div>';
	}

	/**
	 * @param Domains_List_Table $table The table.
	 */
	private function show_list( Domains_List_Table $table ): void {
		$query = self::query();
		$table->prepare_items();
		?>
		<h1 class="wp-heading-inline"><?php esc_html_e( 'Closte Domains', 'closte-sync' ); ?></h1>
		<a href="<?php echo esc_url( Pages::settings_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Settings', 'closte-sync' ); ?></a>
		<a href="<?php echo esc_url( Pages::log_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Log', 'closte-sync' ); ?></a>
		<?php
		if ( '' !== $query->search ) {
			echo '<span class="subtitle">';
			printf(
				/* translators: %s: what was searched for */
				esc_html__( 'Search results for: %s', 'closte-sync' ),
				'<strong>' . esc_html( $query->search ) . '</strong>'
			);
			echo '</span>';
		}
		?>
		<hr class="wp-header-end">
		<?php $table->views(); ?>
		<form method="get" action="<?php echo esc_url( network_admin_url( 'sites.php' ) ); ?>">
			<input type="hidden" name="page" value="<?php echo esc_attr( Pages::DOMAINS ); ?>">
			<?php if ( null !== $query->stage ) : ?>
				<input type="hidden" name="stage" value="<?php echo esc_attr( $query->stage->value ); ?>">
			<?php endif; ?>
			<?php $table->search_box( __( 'Search Domains', 'closte-sync' ), 'closte-sync-domain' ); ?>
		</form>
		<form method="post" id="closte-sync-domains" class="closte-sync-domains" action="<?php echo esc_url( Pages::domains_url() ); ?>">
			<?php $table->display(); ?>
		</form>
		<?php
		echo Row_Action::form(); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
	}

	/**
	 * Asks before something is done that cannot be taken back.
	 *
	 * @param list<Ledger_Row> $rows The domains.
	 */
	private function show_confirmation( string $action, array $rows ): void {
		$forget  = Domains_Actions::FORGET === $action;
		$allowed = array_values(
			array_filter( $rows, static fn( Ledger_Row $row ): bool => Domains_Actions::is_allowed( $action, $row ) )
		);
		$others  = array_values(
			array_filter( $rows, static fn( Ledger_Row $row ): bool => ! Domains_Actions::is_allowed( $action, $row ) )
		);
		printf(
			'<h1>%s</h1>',
			esc_html( $forget ? __( 'Remove from the list', 'closte-sync' ) : __( 'Remove from Closte', 'closte-sync' ) )
		);
		$this->show_names(
			$forget
				? __( 'Closte is not asked to remove these domains any longer. Those that it has stay there, and nobody here knows of them:', 'closte-sync' )
				: __( 'Closte stops serving these domains:', 'closte-sync' ),
			$allowed
		);
		$this->show_names(
			$forget
				? __( 'These domains are left alone, because sites or mappings of this network, or someone by hand, still want them:', 'closte-sync' )
				: __( 'These domains are left alone, because they were not added by hand; remove them from their site or mapping:', 'closte-sync' ),
			$others
		);
		if ( array() === $allowed ) {
			printf( '<p><a class="button" href="%s">%s</a></p>', esc_url( Pages::domains_url() ), esc_html__( 'Back to the list', 'closte-sync' ) );
			return;
		}
		?>
		<form method="post" action="<?php echo esc_url( Pages::domains_url() ); ?>">
			<?php
			$ids = array_map( static fn( Ledger_Row $row ): int => $row->id, $allowed );
			echo Guard::nonce_field( Domains_Actions::nonce_action( $action, $ids ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			printf( '<input type="hidden" name="action" value="%s">', esc_attr( $action ) );
			printf( '<input type="hidden" name="ids" value="%s">', esc_attr( implode( ',', $ids ) ) );
			echo '<input type="hidden" name="confirmed" value="1"><p class="submit">';
			submit_button( __( 'Confirm Removal', 'closte-sync' ), 'primary', 'submit', false );
			printf( ' <a class="button" href="%s">%s</a></p>', esc_url( Pages::domains_url() ), esc_html__( 'Cancel', 'closte-sync' ) );
			?>
		</form>
		<?php
	}

	/**
	 * @param string           $what What becomes of them.
	 * @param list<Ledger_Row> $rows The domains.
	 */
	private function show_names( string $what, array $rows ): void {
		if ( array() === $rows ) {
			return;
		}
		printf( '<p>%s</p><ul class="ul-disc">', esc_html( $what ) );
		foreach ( $rows as $row ) {
			printf( '<li dir="ltr">%s</li>', esc_html( $this->services->domain_names()->shown( $row->domain ) ) );
		}
		echo '</ul>';
	}

	/**
	 * Does what a button, a bulk action or a confirmation asks for. Only what was posted counts.
	 */
	private function handle_action(): void {
		$row_action = Row_Action::from( self::posted( Row_Action::FIELD ) );

		if ( null !== $row_action ) {
			Guard::require_nonce( Domains_Actions::nonce_action( $row_action->action, array( $row_action->id ) ), $row_action->nonce );
			$this->ask_or_act( $row_action->action, array( $row_action->id ) );
			return;
		}

		$action = self::posted_action();

		if ( '' === $action ) {
			$this->refuse_address();
			return;
		}

		$posted = wp_unslash( $_POST['ids'] ?? array() ); // phpcs:ignore WordPress.Security -- the nonce is over the ids, which are read first.
		$ids    = wp_parse_id_list( $posted );

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

		if ( array() !== $rows && Domains_Actions::wants_confirmation( $action ) ) {
			$this->to_confirm = array( $action, $rows );
			return;
		}

		$this->act( $action, $rows );
	}

	/**
	 * @param list<Ledger_Row> $rows
	 */
	private function act( string $action, array $rows ): void {
		if ( array() === $rows ) {
			Flash::add( 'warning', __( 'Choose at least one domain that is still on the list.', 'closte-sync' ) );
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
				esc_html__( 'Nothing was done: an address alone changes nothing here. Use the buttons of the list.', 'closte-sync' ),
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
	 * The list that the user came from, without what was done.
	 */
	private static function way_back(): string {
		$referer = wp_get_referer();
		if ( false === $referer || ! str_contains( $referer, 'page=' . Pages::DOMAINS ) ) {
			return Pages::domains_url();
		}
		return remove_query_arg( array( 'action', 'action2', 'ids', '_wpnonce', '_wp_http_referer' ), $referer );
	}

	private static function query(): Domains_Query {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- only chooses what is listed.
		return Domains_Query::from( wp_unslash( $_GET ) );
	}

	private function add_help(): void {
		get_current_screen()?->add_help_tab(
			array(
				'id'      => 'closte-sync-stages',
				'title'   => __( 'Statuses', 'closte-sync' ),
				'content' => '<p>' . esc_html__( 'A domain is sent to Closte first. Then its DNS is looked at until it points here, and its certificate until browsers trust it. A finished domain is looked at once a day. Nothing on this list needs to be pushed: while this screen is open, domains that are due are looked at by themselves.', 'closte-sync' ) . '</p>',
			)
		);
	}
}
