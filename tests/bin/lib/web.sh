# shellcheck shell=bash
# PHP-FPM behind nginx, on a port and a socket of their own. Sourced after common.sh.

fpm_binary() {
	local fpm
	for fpm in "php-fpm$(php -n -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')" php-fpm; do
		command -v "$fpm" && return 0
	done
	die "PHP-FPM for $(php -n -r 'echo PHP_VERSION;') is not here.
hint: tests/bin/install-dependencies"
}

# start_web DIR DOCUMENT_ROOT PORT SCAN_DIR WORKERS: DIR gets the configuration, logs and pid files
# (fpm.pid, nginx.pid). The path of the socket must be short, so DIR should be one below /tmp.
start_web() {
	local dir=$1 docroot=$2 port=$3 scan_dir=$4 workers=$5 root_option=() user_line=''
	mkdir -p "$dir/nginx"
	if [ "$(id -u)" -eq 0 ]; then
		# A checkout may lie where only root can read (/root), and nothing here is reachable from outside.
		root_option=(--allow-to-run-as-root)
		user_line='user root;'
	fi
	cat >"$dir/fpm.conf" <<-FPM
		[global]
		pid = $dir/fpm.pid
		error_log = $dir/fpm.log
		daemonize = yes
		; A reload lets workers end what they do.
		process_control_timeout = 60s
		[www]
		listen = $dir/fpm.sock
		pm = static
		pm.max_children = $workers
		pm.status_path = /fpm-status
		catch_workers_output = yes
		clear_env = no
		$([ "$(id -u)" -eq 0 ] && printf 'user = root\ngroup = root\n')
	FPM
	cat >"$dir/nginx.conf" <<-NGINX
		$user_line
		pid $dir/nginx.pid;
		error_log $dir/nginx.log warn;
		worker_processes 1;
		events { worker_connections 256; }
		http {
			include /etc/nginx/mime.types;
			access_log off;
			client_max_body_size 32m;
			client_body_temp_path $dir/nginx/body;
			proxy_temp_path $dir/nginx/proxy;
			fastcgi_temp_path $dir/nginx/fastcgi;
			uwsgi_temp_path $dir/nginx/uwsgi;
			scgi_temp_path $dir/nginx/scgi;
			server {
				listen 127.0.0.1:$port;
				root $docroot;
				index index.php;
				location / { try_files \$uri \$uri/ /index.php?\$args; }
				location ~ \.php\$ {
					try_files \$uri =404;
					include /etc/nginx/fastcgi_params;
					fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
					fastcgi_read_timeout 120s;
					fastcgi_pass unix:$dir/fpm.sock;
				}
			}
		}
	NGINX
	# Its workers live long enough to share memory.
	PHP_INI_SCAN_DIR=":$scan_dir" "$(fpm_binary)" "${root_option[@]}" -d opcache.file_cache_only=0 --fpm-config "$dir/fpm.conf" \
		</dev/null >"$dir/fpm.out" 2>&1 || { cat "$dir/fpm.out" >&2; die "PHP-FPM did not start"; }
	nginx -c "$dir/nginx.conf" -e "$dir/nginx.log" </dev/null >"$dir/nginx.out" 2>&1 ||
		{ cat "$dir/nginx.out" >&2; die "nginx did not start"; }
	wait_for 10 test -s "$dir/nginx.pid" || die "nginx did not start: see $dir/nginx.log"
}

# stop_web DIR: fails when one of PHP-FPM's workers has crashed since it was started. FPM replaces such a worker at once,
# so that no request after it would tell.
stop_web() {
	local pid_file crashed
	for pid_file in "$1/nginx.pid" "$1/fpm.pid"; do
		[ ! -s "$pid_file" ] || stop_process "$(cat "$pid_file")"
	done
	# SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV.
	crashed=$(grep -sE 'exited on signal (4|5|6|7|8|11)\b' "$1/fpm.log") || return 0
	say "Error: PHP-FPM tells of workers that crashed:"
	say "$crashed"
	return 1
}
