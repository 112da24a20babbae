<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Log;

use ClosteSync\Admin\Assets;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Help;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Log\Log_Table;

/**
 * Network Admin → Settings → Closte Log.
 */
final class Log_Screen {

	/**
	 * The table, made before anything is sent.
	 */
	private ?Log_List_Table $table = null;

	public function __construct( private readonly Container $services ) {}

	/**
	 * Before anything is sent: prepares the table.
	 */
	public function prepare(): void {
		Guard::require_capability();
		add_screen_option(
			'per_page',
			array(
				'label'   => __( 'Entries per page', 'closte-sync' ),
				'default' => Log_Request::PER_PAGE,
				'option'  => Pages::LOG_PER_PAGE,
			)
		);
		add_filter( 'default_hidden_columns', array( self::class, 'hide_columns' ), 10, 2 );
		get_current_screen()?->set_screen_reader_content(
			array(
				'heading_views'      => __( 'Filter entries', 'closte-sync' ),
				'heading_pagination' => __( 'Log navigation', 'closte-sync' ),
				'heading_list'       => __( 'Log entries', 'closte-sync' ),
			)
		);
		$this->add_help();
		Help::link_to_guide();
		$this->table = new Log_List_Table( $this->services, self::request() );
		add_action( 'admin_enqueue_scripts', array( Assets::class, 'enqueue' ) );
	}

	/**
	 * Columns that are hidden until asked for.
	 *
	 * @param list<string> $hidden The columns so far.
	 * @return list<string>
	 */
	public static function hide_columns( array $hidden, \WP_Screen $screen ): array {
		return Pages::log_screen_id() === $screen->id ? array( 'source' ) : $hidden;
	}

	public function show(): void {
		Guard::require_capability();
		if ( null === $this->table ) {
			return;
		}
		$request = self::request();
		?>
		<div class="wrap closte-sync-screen">
			<h1 class="wp-heading-inline"><?php esc_html_e( 'Closte Log', 'closte-sync' ); ?></h1>
			<a href="<?php echo esc_url( Pages::settings_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Settings', 'closte-sync' ); ?></a>
			<a href="<?php echo esc_url( Pages::domains_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Domains', 'closte-sync' ); ?></a>
			<?php $this->show_subtitle( $request ); ?>
			<hr class="wp-header-end">
			<?php
			try {
				$this->show_list( $this->table, $request );
			} catch ( Database_Exception $e ) {
				wp_admin_notice(
					/* translators: %s: message of the database */
					esc_html( sprintf( __( 'The log cannot be read: %s', 'closte-sync' ), $e->getMessage() ) ),
					array( 'type' => 'error' )
				);
			}
			?>
		</div>
		<?php
	}

	/**
	 * What the list is narrowed down to.
	 */
	private function show_subtitle( Log_Request $request ): void {
		if ( '' !== $request->search ) {
			printf(
				'<span class="subtitle">%s</span>',
				/* translators: %s: what was searched for */
				sprintf( esc_html__( 'Search results for: %s', 'closte-sync' ), '<strong>' . esc_html( $request->search ) . '</strong>' )
			);
		}
		if ( '' !== $request->domain ) {
			printf(
				'<span class="subtitle"><strong>%s</strong> <a href="%s">%s</a></span>',
				esc_html( $this->services->domain_names()->shown( $request->domain ) ),
				esc_url( Pages::log_url() ),
				esc_html__( 'Show all domains', 'closte-sync' )
			);
		}
	}

	/**
	 * @param Log_List_Table $table The table.
	 */
	private function show_list( Log_List_Table $table, Log_Request $request ): void {
		$table->prepare_items();
		$table->views();
		?>
		<form method="get" class="closte-sync-log" action="<?php echo esc_url( network_admin_url( 'settings.php' ) ); ?>">
			<input type="hidden" name="page" value="<?php echo esc_attr( Pages::LOG ); ?>">
			<?php if ( '' !== $request->domain ) : ?>
				<input type="hidden" name="domain" value="<?php echo esc_attr( $request->domain ); ?>">
			<?php endif; ?>
			<?php
			$table->search_box( __( 'Search Log', 'closte-sync' ), 'closte-sync-log' );
			$table->display();
			?>
		</form>
		<?php
	}

	private static function request(): Log_Request {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- only chooses what is listed.
		return Log_Request::from( wp_unslash( $_GET ) );
	}

	private function add_help(): void {
		$screen = get_current_screen();
		$screen?->add_help_tab(
			array(
				'id'      => 'closte-sync-log',
				'title'   => __( 'Overview', 'closte-sync' ),
				'content' => '<p>' . esc_html__( 'The log lists each call that adds or removes a domain at Closte, including failed ones, each check of DNS or a certificate that finds something new, and decisions: adopted domains, refused removals, turning the integration on or off, a new API key. The key itself is never logged.', 'closte-sync' ) . '</p>'
					. '<p>' . esc_html(
						sprintf(
							/* translators: 1: number of days, 2: number of entries */
							__( 'Entries are kept for %1$s days, and at most the last %2$s entries. Users are stored by their user ID.', 'closte-sync' ),
							number_format_i18n( Log_Table::days() ),
							number_format_i18n( Log_Table::rows() )
						)
					) . '</p>'
					. '<p>' . sprintf(
						/* translators: %s: name of a command */
						esc_html__( 'In a terminal, also as CSV or JSON: %s.', 'closte-sync' ),
						'<code>wp closte log</code>'
					) . '</p>',
			)
		);
		$screen?->add_help_tab(
			array(
				'id'      => 'closte-sync-log-outcomes',
				'title'   => __( 'Outcomes', 'closte-sync' ),
				'content' => '<p>' . esc_html__( 'Queued: not sent yet, because Closte did not answer, the integration was off, or the page had no time left. Sent automatically later.', 'closte-sync' ) . '</p>'
					. '<p>' . esc_html__( 'Unknown: sent, but Closte did not answer. Closte’s list of domains is checked before it is sent again.', 'closte-sync' ) . '</p>',
			)
		);
	}
}
