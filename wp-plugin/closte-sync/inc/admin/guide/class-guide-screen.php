<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Guide;

use ClosteSync\Admin\Assets;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Settings\Settings;

/**
 * Network Admin → Settings → Closte Guide. A section alone can be printed, such as that for the owner of a domain.
 */
final class Guide_Screen {

	/**
	 * Before anything is sent.
	 */
	public function prepare(): void {
		Guard::require_capability();
		add_action( 'admin_enqueue_scripts', self::enqueue( ... ) );
	}

	private static function enqueue(): void {
		Assets::enqueue_style();
		Assets::enqueue_style( 'guide', array( 'closte-sync-admin' ) );
		Assets::enqueue_script( 'copy' );
		Assets::enqueue_script( 'guide', array() );
	}

	public function show(): void {
		Guard::require_capability();

		$guide   = new Guide( determine_locale(), Guide_Values::of( Settings::load() ) );
		$section = sanitize_key( wp_unslash( $_GET['section'] ?? '' ) ); // phpcs:ignore WordPress.Security -- only chooses what is shown, and is compared.
		$titles  = $guide->titles();
		$section = isset( $titles[ $section ] ) ? $section : '';
		?>
		<div class="wrap closte-sync-screen closte-sync-guide">
			<h1 class="wp-heading-inline"><?php esc_html_e( 'Closte Guide', 'closte-sync' ); ?></h1>
			<a href="<?php echo esc_url( Pages::settings_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Settings', 'closte-sync' ); ?></a>
			<a href="<?php echo esc_url( Pages::domains_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Domains', 'closte-sync' ); ?></a>
			<hr class="wp-header-end">
			<?php
			if ( '' === $section ) {
				self::show_contents( $guide );
			} else {
				self::show_ways( $section );
			}
			?>
			<article lang="<?php echo esc_attr( $guide->language ); ?>" dir="ltr">
				<?php echo $guide->html( $section ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there. ?>
			</article>
		</div>
		<?php
	}

	private static function show_contents( Guide $guide ): void {
		printf(
			'<nav class="card" aria-labelledby="closte-sync-contents"><h2 id="closte-sync-contents">%s</h2><ol lang="%s">',
			esc_html__( 'Contents', 'closte-sync' ),
			esc_attr( $guide->language )
		);

		foreach ( $guide->titles() as $id => $title ) {
			printf( '<li><a href="#%s">%s</a></li>', esc_attr( $id ), wp_kses( $title, array() ) );
		}

		printf(
			'</ol><p><a href="%s">%s</a></p></nav>',
			esc_url( Pages::guide_page_url( 'for-owners' ) ),
			esc_html__( 'Print the page for domain owners', 'closte-sync' )
		);
	}

	/**
	 * Above a section that stands alone.
	 */
	private static function show_ways( string $section ): void {
		printf(
			'<p class="closte-sync-ways"><a href="%s">%s</a> <button type="button" class="button closte-sync-print hide-if-no-js">%s</button></p>',
			esc_url( Pages::guide_url( $section ) ),
			esc_html__( 'Show the whole guide', 'closte-sync' ),
			esc_html__( 'Print', 'closte-sync' )
		);
	}
}
